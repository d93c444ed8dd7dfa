"""The files of the folder probes/. README.md says what a probe is."""

import collections
import dataclasses
import re

import source


@dataclasses.dataclass
class Probe:
    name: str
    line: int  # of its marker, from 1
    text: str

    @property
    def code(self):
        return source.without_comments_and_strings(self.text)


def for_each_class(name, text):
    """The probes of a marker: of `MODULE.{One,Other}.NAME` one for each class, with the code that is given for One."""
    found = re.fullmatch(r"(.+\.)\{(.+)\}(\..+)", name)
    if not found:
        return [(name, text)]
    classes = found[2].split(",")
    return [(found[1] + each + found[3], re.sub(rf"\b{classes[0]}\b", each, text)) for each in classes]


class ProbeFile:
    """A file of probes: what all share, then one piece of code after each `// probe: NAME`."""

    def __init__(self, path):
        self.path = path
        self.probes = {}
        self.problems = []
        pieces = re.split(r"^// probe: (\S+)\n", path.read_text(), flags=re.MULTILINE)
        self.prologue = pieces[0]
        line = self.prologue.count("\n") + 1
        for marker, text in zip(pieces[1::2], pieces[2::2]):
            for name, code in for_each_class(marker, text):
                if name in self.probes:
                    self.problems.append(f"{path.name}: two probes for {name}")
                self.probes[name] = Probe(name, line, code)
            line += 1 + text.count("\n")

    def alone(self, probe):
        """The text of a file with `probe` only."""
        return f'{self.prologue}#line {probe.line + 1} "{self.path}"\n{probe.text}'


def probe_files(folder, module):
    """The files of the module's probes, and the errors in them."""
    paths = sorted((folder / module).glob("*.cc")) or [folder / f"{module}.cc"]
    files = [ProbeFile(path) for path in paths]
    errors = [problem for file in files for problem in file.problems]
    places = collections.Counter(name for file in files for name in file.probes)
    errors += [f"{module}: probes for {name} in {count} files" for name, count in places.items() if count > 1]
    return files, errors
