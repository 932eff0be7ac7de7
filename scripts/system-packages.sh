#!/bin/sh
# Install the system's programs that Juanzong runs, through the system's own package manager; where that is not
# allowed, say in one line what to install. Usage: system-packages.sh run|test|test-all
set -eu

want=${1:-run}
debian="tesseract-ocr tesseract-ocr-eng tesseract-ocr-chi-sim tesseract-ocr-chi-tra poppler-utils bubblewrap fontconfig fonts-wqy-zenhei fonts-arphic-uming fonts-arphic-ukai fonts-dejavu-core python3-venv"
brew="tesseract tesseract-lang poppler"
[ "$want" = run ] || debian="$debian postgresql swift-proxy swift-account swift-container swift-object chromium libatomic1"
[ "$want" = test-all ] && debian="$debian ceph-mon ceph-osd radosgw iproute2"

if command -v apt-get >/dev/null 2>&1; then
    missing=
    for package in $debian; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -z "$missing" ] && exit 0
    if [ "$(id -u)" = 0 ]; then as_root=; elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root=sudo
    else
        echo "Some programs are missing. Run this and start again:  sudo apt-get install -y$missing" >&2
        exit 1
    fi
    echo "Installing system packages:$missing"
    log=$(mktemp)
    if ! { $as_root apt-get update -qq && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "The packages above could not be installed. Mend that and start again." >&2
        exit 1
    fi
    rm -f "$log"
elif command -v brew >/dev/null 2>&1; then
    for package in $brew; do brew list --versions "$package" >/dev/null 2>&1 || brew install --quiet "$package"; done
else
    for program in tesseract pdftoppm; do
        command -v "$program" >/dev/null 2>&1 || { echo "Install Tesseract (with eng, chi_sim, chi_tra) and Poppler, then start again: $program is missing." >&2; exit 1; }
    done
fi
