"""Raises the qs dialect's version in a bytecode file and prints what the reader says.

  newer-version.py FILE QS_OPT

The version is two variable-length integers, 1 and 0, which are the bytes 3 and 1.
Their place is not known, so each such pair becomes 2.0 in turn; at one of them
the reader must complain about the version.
"""
import subprocess
import sys
import tempfile

data = open(sys.argv[1], "rb").read()
at = data.find(b"\x03\x01")
while at >= 0:
    with tempfile.NamedTemporaryFile(suffix=".mlirbc") as file:
        file.write(data[:at] + b"\x05\x01" + data[at + 2:])
        file.flush()
        done = subprocess.run([sys.argv[2], file.name], capture_output=True, timeout=20)
    message = done.stderr.decode(errors="replace")
    if done.returncode and "qs dialect bytecode has version" in message:
        print(message)
        sys.exit(0)
    at = data.find(b"\x03\x01", at + 1)
print("no version found")
