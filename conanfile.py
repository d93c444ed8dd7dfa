# The Conan 2 recipe. docs/packaging.md tells how to use it.
import os
import re

from conan import ConanFile
from conan.errors import ConanException, ConanInvalidConfiguration
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir
from conan.tools.scm import Version

required_conan_version = ">=2.2"

# The components, each with those that it is linked to; package() compares this with what CMake installed.
COMPONENTS = {
    "core": [],
    "threading": ["core"],
    "queue": ["threading"],
    "futures": ["queue"],
    "multiprocessing": ["queue"],
    "process_pool": ["futures", "multiprocessing"],
    "async": ["futures", "queue"],
}


class Skein(ConanFile):
    name = "skein"
    description = "Python's threading, queue, multiprocessing, concurrent.futures and asyncio for C++20"
    license = "BSL-1.0"
    topics = ("concurrency", "threading", "multiprocessing", "asyncio", "coroutines", "python")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {
        "shared": [True, False],
        "fPIC": [True, False],
        "with_multiprocessing": [True, False],  # and with it process_pool; needs cereal
        "with_async": [True, False],
    }
    default_options = {"shared": False, "fPIC": True, "with_multiprocessing": True, "with_async": True}
    implements = ["auto_shared_fpic"]
    exports_sources = (
        *("CMakeLists.txt", "LICENSE", "cmake/*", *(f"{component}/*" for component in COMPONENTS)),
        *("tests/*", "examples/*", "benchmarks/*", "scripts/*"),
    )
    test_package_folder = "tests/package/conan"

    def set_version(self):
        self.version = re.search(r"VERSION (\d+\.\d+\.\d+)", load(self, f"{self.recipe_folder}/CMakeLists.txt"))[1]

    @property
    def _miscompiles_coroutines(self):  # cmake/SkeinPlatform.cmake says the same.
        return self.settings.compiler == "gcc" and Version(self.settings.compiler.version) < "13"

    @property
    def _components(self):
        left_out = set()
        if not self.options.with_multiprocessing:
            left_out |= {"multiprocessing", "process_pool"}
        if not self.options.with_async:
            left_out |= {"async"}
        return [component for component in COMPONENTS if component not in left_out]

    @property
    def _with_tests(self):
        return not self.conf.get("tools.build:skip_test", default=True, check_type=bool)

    def config_options(self):
        if self._miscompiles_coroutines:
            self.options.with_async = False

    def validate(self):
        if self.settings.os != "Linux" or self.settings.arch not in ("x86_64", "armv8"):
            raise ConanInvalidConfiguration("skein runs on 64-bit Linux")
        least = {"gcc": "12", "clang": "17"}.get(str(self.settings.compiler))
        if least and Version(self.settings.compiler.version) < least:
            raise ConanInvalidConfiguration("skein needs Clang 17 or newer, or GCC 12 or newer")
        if self.settings.get_safe("compiler.cppstd"):
            check_min_cppstd(self, 20)
        if self.options.with_async and self._miscompiles_coroutines:
            raise ConanInvalidConfiguration(
                "skein's component 'async': GCC 12 miscompiles ordinary coroutines (lambdas with captures and"
                " aggregates in a co_await expression are destroyed twice); use Clang 17 or newer, or GCC 13 or"
                " newer, or -o skein/*:with_async=False for the other components"
            )

    def requirements(self):
        if self.options.with_multiprocessing:
            self.requires("cereal/[>=1.3.2 <2]", transitive_headers=True)

    def build_requirements(self):
        if self._with_tests:
            self.test_requires("gtest/[>=1.12.1 <2]")
            # The benchmarks' peers. No component uses them.
            self.test_requires("boost/[>=1.74.0 <2]")
            self.test_requires("abseil/[>=20220623.0]")

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["SKEIN_COMPONENTS"] = "" if self._with_tests else ";".join(self._components)
        toolchain.cache_variables["SKEIN_BUILD_TESTS"] = self._with_tests
        toolchain.cache_variables["SKEIN_TEST_PACKAGE"] = False
        toolchain.cache_variables["SKEIN_BUILD_EXAMPLES"] = False
        toolchain.cache_variables["SKEIN_BUILD_BENCHMARKS"] = self._with_tests
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()
        if self._with_tests:
            cmake.ctest(["--output-on-failure"])

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        config = os.path.join(self.package_folder, "lib", "cmake")
        installed = {}
        for file in os.listdir(os.path.join(config, "skein")):
            if found := re.fullmatch(r"skein-(\w+)-deps\.cmake", file):
                text = load(self, os.path.join(config, "skein", file))
                deps = re.search(r"set\(_skein_component_deps ?(.*?)\)", text)[1]
                installed[found[1]] = sorted(filter(None, re.split("[; ]", deps)))
        wanted = {component: sorted(COMPONENTS[component]) for component in self._components}
        if installed != wanted:
            raise ConanException(f"the recipe's components are {wanted}, CMake's are {installed}")
        # Conan's generators write these anew.
        rmdir(self, config)
        rmdir(self, os.path.join(self.package_folder, "lib", "pkgconfig"))

    def package_info(self):
        self.cpp_info.set_property("cmake_config_version_compat", "SameMinorVersion")
        for name in self._components:
            component = self.cpp_info.components[name]
            component.libs = [f"skein_{name}"]
            component.requires = list(COMPONENTS[name])
            component.set_property("cmake_target_name", f"skein::{name}")
            component.set_property("pkg_config_name", f"skein-{name}")
        self.cpp_info.components["core"].system_libs = ["pthread"]
        # Where the system provides cereal (platform_requires), Conan knows no such package.
        if "cereal" in self.dependencies:
            self.cpp_info.components["multiprocessing"].requires.append("cereal::cereal")
