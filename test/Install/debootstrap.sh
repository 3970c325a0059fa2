#!/usr/bin/env bash
# Proves both commands of the README in a bare Debian 12: makes a root with
# debootstrap, puts a clone of HEAD there and runs in it, as on a new machine,
# tools/demo.sh twice and tools/test.sh. Needs root and 8 GB; CI does not run it.
#
#   test/Install/debootstrap.sh [--keep] [--demo-only] [FOLDER]
#
#   FOLDER       where the root is made (default: a new folder under /var/tmp)
#   --keep       leave it there; a second run with the same FOLDER goes on in it
#   --demo-only  do not run tools/test.sh
#
# Mirrors: QS_DEBIAN_MIRROR and QS_DEBIAN_SECURITY_MIRROR, else those of this
# machine's apt sources. Proxies, resolver and local certificates are this
# machine's, too. npm is part of the start ("Debian 12 with apt and npm");
# everything else must come from the commands themselves.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
die() { printf 'debootstrap: %s\n' "$*" >&2; exit 1; }
say() { printf '\n== %s (%s)\n' "$*" "$(date -u +%T)"; }

keep='' tests=1 folder=''
for arg in "$@"; do
  case $arg in
    --keep) keep=1 ;;
    --demo-only) tests='' ;;
    -h|--help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    -*) die "unknown option $arg; see --help" ;;
    *) folder=$arg ;;
  esac
done
[ "$(id -u)" = 0 ] || die "must be root (chroot and mount)"
command -v debootstrap >/dev/null || die "debootstrap is not installed"
[ -n "$folder" ] || folder=$(mktemp -d /var/tmp/qs-debian12.XXXXXX)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

# The address under which this machine's apt knows a release.
source_of() {
  apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' |
    awk -v name="$1" '$2 == name { print $1; exit }'
}
mirror=${QS_DEBIAN_MIRROR:-$(source_of bookworm)}
security=${QS_DEBIAN_SECURITY_MIRROR:-$(source_of bookworm-security)}
[ -n "$mirror" ] || die "no source of bookworm here; set QS_DEBIAN_MIRROR"
[ -n "$security" ] || die "no source of bookworm-security here (it holds LLVM 22); set QS_DEBIAN_SECURITY_MIRROR"

mounted=()
cleanup() {
  local i
  for ((i = ${#mounted[@]} - 1; i >= 0; --i)); do umount -R "${mounted[$i]}" || umount -lR "${mounted[$i]}"; done
  if [ -n "$keep" ]; then echo "kept: $folder"
  elif grep -q " $folder/" /proc/mounts; then echo "still mounted, not removed: $folder"
  else rm -rf --one-file-system "$folder"
  fi
}
trap cleanup EXIT

in_root() {
  chroot "$folder" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    ${QS_JOBS:+QS_JOBS="$QS_JOBS"} bash -c "$1" </dev/null
}

if [ ! -e "$folder/etc/debian_version" ]; then
  say "debootstrap into $folder"
  debootstrap --variant=minbase bookworm "$folder" "$mirror" >"$folder.log" 2>&1 ||
    { tail -n 20 "$folder.log" >&2; die "debootstrap failed, see $folder.log"; }
  rm -f "$folder.log"
fi
rm -f "$folder/etc/resolv.conf"
cp -L /etc/resolv.conf "$folder/etc/resolv.conf"
for configuration in /etc/apt/apt.conf.d/*proxy*; do
  if [ -e "$configuration" ]; then cp "$configuration" "$folder/etc/apt/apt.conf.d/"; fi
done
cat >"$folder/etc/apt/sources.list" <<LIST
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb $security bookworm-security main
LIST
for name in proc dev; do
  if ! mountpoint -q "$folder/$name"; then
    mount --rbind "/$name" "$folder/$name"
    mount --make-rslave "$folder/$name"
    mounted+=("$folder/$name")
  fi
done

say "npm, which the README takes as given"
in_root "apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ca-certificates npm" \
  >"$folder/root/npm.log" 2>&1 || { tail -n 20 "$folder/root/npm.log" >&2; die "npm cannot be installed"; }
if compgen -G '/usr/local/share/ca-certificates/*' >/dev/null; then
  cp -r /usr/local/share/ca-certificates/. "$folder/usr/local/share/ca-certificates/"
  in_root update-ca-certificates >/dev/null
fi

say "a clone of HEAD, $(git -C "$root" rev-parse --short HEAD)"
rm -rf "$folder/root/qs"
git clone -q --no-hardlinks "$root" "$folder/root/qs"

say "tools/demo.sh"
in_root "cd /root/qs && time tools/demo.sh"
say "tools/demo.sh, again: installs nothing, builds nothing"
in_root "cd /root/qs && time tools/demo.sh" | tee "$folder/root/second.log"
grep -q 'packages: all' "$folder/root/second.log" || die "the second run installed packages"
grep -q 'ninja: no work to do' "$folder/root/second.log" || die "the second run built something"
if [ -n "$tests" ]; then
  say "tools/test.sh"
  in_root "cd /root/qs && time tools/test.sh"
fi
say "both commands work in a bare Debian 12"
