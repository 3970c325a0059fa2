import os
import platform
import shutil
import stat
import tempfile

import lit.formats
import lit.util

config.name = "QS"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt", "lit.cfg.py", "lit.site.cfg.py", "Unit", "Install"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.qs_obj_root, "test")

path = [os.path.join(config.qs_obj_root, "bin"), config.llvm_tools_dir,
        config.environment.get("PATH", "")]
config.environment["PATH"] = os.pathsep.join(path)

config.substitutions.append(("%qs_src", config.qs_src_root))
config.substitutions.append(("%qs_libs", os.path.join(config.qs_obj_root, "lib")))
config.substitutions.append(("%python", "/usr/bin/python3"))
# The engines that must agree on every conformance test.
config.substitutions.append(("%qs_engines", "interp,jit"))


def python_has(*modules):
    """Whether Debian's python3 can import the modules."""
    code = "import " + ", ".join(modules)
    _, _, status = lit.util.executeCommand(["/usr/bin/python3", "-c", code])
    return status == 0


for feature, modules in {
    "numpy": ["numpy"],
    "onnx": ["onnx"],
    "torch": ["torch"],
    "torchvision": ["torchvision"],
    "sklearn": ["sklearn"],
}.items():
    if python_has(*modules):
        config.available_features.add(feature)
if shutil.which("mlir-opt", path=config.llvm_tools_dir):
    config.available_features.add("mlir-opt")
if shutil.which("qemu-aarch64-static") and shutil.which("aarch64-linux-gnu-gcc"):
    config.available_features.add("qemu-aarch64")
# A target whose code this machine cannot run.
config.substitutions.append(
    ("%{foreign}", "x86_64" if platform.machine() == "aarch64" else "aarch64-linux-gnu"))
if config.openmp_library and not config.openmp_library.endswith("NOTFOUND"):
    config.available_features.add("openmp")
if os.path.isdir("/usr/share/libonnx-testdata/data/node"):
    config.available_features.add("onnx-testdata")


def can_make_devices():
    """Whether a device node can be made, and opened, in a folder of our own."""
    with tempfile.TemporaryDirectory() as folder:
        node = os.path.join(folder, "null")
        try:
            os.mknod(node, 0o600 | stat.S_IFCHR, os.makedev(1, 3))
            with open(node, "wb"):
                return True
        except OSError:
            return False


if can_make_devices():
    config.available_features.add("mknod")
