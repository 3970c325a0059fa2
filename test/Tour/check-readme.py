#!/usr/bin/python3
"""Runs what README.md and docs/*.md show and compares it with what they say.

  check-readme.py BUILD

In a fenced block of the language `console` a line that begins with `$ ` is a
command (`\\` at its end continues it), the lines below it are its output. A
fenced block `mlir`, `llvm` or `c` that follows shows what the last command wrote:
its output, or the file after its `-o`. A `text` block that follows shows lines of
the output, in their order, whose numbers may differ. A block of any language behind the comment
`<!-- from: FILE -->` shows a part of FILE.

White space does not count, so that long lines may be broken. `...` stands for
any text. Everything else has to agree. A command has to succeed; `! ` in front of
it turns that round.

The commands of a document run one after another in a folder that looks like the
top of the source tree with a build in ./build, so they write to no other place.
A `sh` block is not run: it installs or builds. The demo runs without the
installation in front of it.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT_S = 300
SHOWN = ("mlir", "llvm", "c")
ELSEWHERE = {"tools/demo.sh": "/usr/bin/python3 tools/python/demo.py --build build --out build/demo"}


def documents():
    yield "README.md"
    for name in sorted(os.listdir(os.path.join(ROOT, "docs"))):
        if name.endswith(".md"):
            yield "docs/" + name


def blocks(path):
    """(line, language, text, file that it is from or None) of each fenced block."""
    language, source = None, None
    with open(os.path.join(ROOT, path)) as f:
        for number, line in enumerate(f, 1):
            fence = re.match(r"\s*```(\w*)", line)
            if language is not None:
                if fence:
                    yield start, language, "".join(text), source
                    language, source = None, None
                else:
                    text.append(line)
            elif fence:
                start, language, text = number, fence[1], []
            else:
                named = re.match(r"<!-- from: (\S+) -->", line)
                source = named[1] if named else source if not line.strip() else None
    if language is not None:
        raise ValueError(f"{path}:{start}: the block is not closed")


def squeeze(text):
    return " ".join(text.split())


def disagreement(shown, found, part=False):
    """None where `found` reads as `shown` says, else what is not there."""
    pieces = [squeeze(piece) for piece in re.split(r"\.\.\.", shown)]
    text = "".join(found.split())
    # Without white space `foo bar` and `foobar` agree; no output differs so.
    if part:
        pieces = ["", *pieces, ""]
    at = 0
    for i, piece in enumerate(pieces):
        wanted = "".join(piece.split())
        where = text.find(wanted, at)
        last = i + 1 == len(pieces)
        if last and wanted and not part:
            where = len(text) - len(wanted) if text.endswith(wanted) and len(text) - len(wanted) >= at else -1
        if where < 0 or (i == 0 and where != 0):
            return f"not found in this place: {nearest(piece, found)}"
        at = where + len(wanted)
    if not part and at != len(text) and pieces[-1]:
        return "there is more than what is shown"
    return None


def line_missing(shown, found):
    """The first line of `shown` that `found` has not in its place, numbers aside."""
    blur = lambda line: squeeze(re.sub(r"[-+]?\d+(\.\d+)?", "#", line))
    rest = iter([blur(line) for line in found.split("\n")])
    for line in shown.split("\n"):
        if "onnxruntime is not installed" in found and "onnxruntime" in line:
            continue
        if line.strip() and blur(line) not in rest:
            return f"no line like: {line}"
    return None


def nearest(piece, found):
    """The first words of `piece` that `found` does not hold, with those before."""
    words, flat = piece.split(), "".join(found.split())
    for count in range(1, len(words) + 1):
        if "".join(words[:count]) not in flat:
            return " ".join(words[max(0, count - 4):count + 2])
    return piece[:80]


def commands(text):
    """(offset of the line, command, output shown) of a console block."""
    result, goes_on = [], False
    for offset, line in enumerate(text.split("\n")):
        if goes_on:
            result[-1][1] += line.strip()
        elif line.startswith("$ "):
            result.append([offset, line[2:], ""])
        elif result:
            result[-1][2] += line + "\n"
        elif line.strip():
            raise ValueError("a console block begins with `$ `")
        goes_on = bool(result) and (goes_on or line.startswith("$ ")) and line.endswith("\\")
        if goes_on:
            result[-1][1] = result[-1][1][:-1]
    return result


def make_tree(build):
    """The top of the source tree, with an empty build folder but for the tools."""
    folder = tempfile.mkdtemp()
    for name in os.listdir(ROOT):
        if name not in ("build", ".git"):
            os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
    os.mkdir(os.path.join(folder, "build"))
    for name in ("bin", "lib"):
        os.symlink(os.path.join(build, name), os.path.join(folder, "build", name))
    return folder


class Document:
    def __init__(self, path, build, environment):
        self.path, self.environment, self.failures = path, environment, 0
        self.folder = make_tree(build)
        self.last = ""

    def say(self, verdict, line, what, why=""):
        self.failures += verdict == "FAIL"
        name = squeeze(f"{self.path} line {line}, {what}").replace(":", " ")
        print(f"{verdict}: {name}" + (f": {squeeze(why)}" if why else ""), flush=True)

    def verdict(self, line, what, why):
        self.say("FAIL" if why else "PASS", line, what, why or "")

    def run(self, line, command, shown):
        what = command if len(command) < 60 else command[:57] + "..."
        command = ELSEWHERE.get(command, command)
        program = command.removeprefix("! ").split()[0]
        self.last = None
        if not shutil.which(program, path=self.environment["PATH"]):
            return self.say("SKIP", line, what, f"no {program}")
        try:
            done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=self.environment, timeout=LIMIT_S,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        except subprocess.TimeoutExpired:
            return self.say("FAIL", line, what, f"no end after {LIMIT_S} s")
        why = None
        if done.returncode:
            why = f"exit code {done.returncode}: {done.stdout[-300:]}"
        elif shown.strip():
            why = disagreement(shown, done.stdout)
        self.verdict(line, what, why)
        self.last = done.stdout
        output = re.search(r"(?:^| )-o (\S+)", command)
        if output and not why and not self.last.strip():
            with open(os.path.join(self.folder, output[1]), errors="replace") as f:
                self.last = f.read()

    def check(self):
        for line, language, text, source in blocks(self.path):
            if source:
                with open(os.path.join(ROOT, source)) as f:
                    self.verdict(line, f"from {source}", disagreement(text, f.read(), part=True))
            elif language == "console":
                for offset, command, shown in commands(text):
                    self.run(line + 1 + offset, command, shown)
            elif language == "text" and self.last is not None:
                self.verdict(line, "shown text", line_missing(text, self.last))
            elif language in SHOWN and self.last is not None:
                self.verdict(line, f"shown {language}", disagreement(text, self.last))
        shutil.rmtree(self.folder)
        return self.failures


def llvm_tools(build):
    with open(os.path.join(build, "CMakeCache.txt")) as f:
        found = re.search(r"^LLVM_DIR:\w+=(.*)$", f.read(), re.M)
    return os.path.normpath(os.path.join(found[1], "..", "..", "..", "bin")) if found else ""


def check_comparison():
    """A comparison that lets everything pass would make the rest worthless."""
    right = [("a ... c", "a b  c"), ("... b\nc", "a b c"), ("a", "a\n"), ("a...", "a b")]
    wrong = [("a ... c", "a b d"), ("b c", "a b c"), ("a b", "a b c"), ("... b ... b", "a b"), ("a", "b")]
    failed = [pair for pair in right if disagreement(*pair)] + [pair for pair in wrong if not disagreement(*pair)]
    lines = line_missing("x 1\ny 2", "x 3\n-\ny 4") or not line_missing("y 2\nx 1", "x 3\ny 4")
    failed += ["lines"] if lines else []
    print(f"FAIL: comparison: {failed}" if failed else "PASS: comparison", flush=True)
    return len(failed)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = os.path.abspath(sys.argv[1])
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    environment["PATH"] = os.pathsep.join([os.path.join(build, "bin"), os.environ["PATH"], llvm_tools(build)])
    failures = check_comparison()
    failures += sum([Document(path, build, environment).check() for path in documents()])
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
