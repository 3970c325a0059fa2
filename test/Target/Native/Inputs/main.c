/* Prints the results of @net as qs-run does, without brackets and blanks. */
#include "net.h"
#include <stdio.h>

static _Alignas(64) char workspace[NET_WORKSPACE_BYTES + 1];

int main(void) {
  int8_t out[21];
  net(out, workspace);
  for (int i = 0; i < 21; ++i)
    printf(i ? ",%d" : "%d", out[i]);
  return 0;
}
