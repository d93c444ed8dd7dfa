"""Just enough of C++ to see what a piece of it calls."""

import re


def without_comments_and_strings(text):
    """The code of `text`: comments and what is inside of quotes become blanks; lines and columns stay."""

    def blank(match):
        piece = match.group()
        if piece.startswith("/"):
            return re.sub(r"[^\n]", " ", piece)
        if piece.startswith("R"):
            return 'R"' + re.sub(r"[^\n]", " ", piece[2:-1]) + '"'
        return piece[0] + " " * (len(piece) - 2) + piece[-1]

    return re.sub(
        r"//[^\n]*"
        r"|/\*.*?\*/"
        r'|R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)"'
        r'|"(?:\\.|[^"\\\n])*"'
        # Not the apostrophe in 1'000.
        r"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'",
        blank, text, flags=re.DOTALL)


def matching(code, start):
    """The place after the bracket that closes the one at `start`."""
    depth = 0
    for at in range(start, len(code)):
        if code[at] in "([{":
            depth += 1
        elif code[at] in ")]}":
            depth -= 1
            if depth == 0:
                return at + 1
    raise ValueError("unbalanced brackets")


def block_at_line(code, line):
    """The text from the start of line `line` (from 1) to the end of the first {} block after it."""
    start = 0
    for _ in range(line - 1):
        start = code.index("\n", start) + 1
    return code[start:matching(code, code.index("{", start))]


def arguments(inner):
    """The arguments in the text between two parentheses."""
    found, depth, last = [], 0, 0
    for at, c in enumerate(inner):
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
        elif c == "," and depth == 0:
            found.append(inner[last:at].strip())
            last = at + 1
    tail = inner[last:].strip()
    return found + [tail] if tail else found


def calls(code, name):
    """The argument lists of all calls of `name`, and of all objects that are made of a type of that name."""
    found = []
    for match in re.finditer(rf"\b{name}\b(?:<[\w:<>, ]*>)?(?:\s+\w+)?\s*(?P<open>[({{;])", code):
        at = match.start("open")
        if code[at] == ";":  # Lock lock;
            found.append([])
        else:
            found.append(arguments(code[at + 1:matching(code, at) - 1]))
    return found


def uses(code, name):
    """Whether `name` occurs as a word."""
    return re.search(rf"\b{name}\b", code) is not None


def made_by(makers):
    """A pattern for a call of one of the functions `makers`, up to its parenthesis: loop.create_future<int>("""
    return rf"(?:\w+(?:\(\))?(?:::|\.|->))*\b(?:{'|'.join(makers)})(?:<[\w:<>*, ]*>)?\("


def objects_of(code, owner, aliases=(), makers=()):
    """The names that `code` gives to objects of the class `owner` or of classes derived from it, and the classes.

    `aliases` are other names of it, `makers` functions that return one.
    """
    classes = {owner, *aliases}
    for match in re.finditer(rf"\b(?:class|struct)\s+(\w+)[^;{{()]*:[^;{{()]*\b{owner}\b", code):
        classes.add(match.group(1))
    any_class = rf"\b(?:{'|'.join(sorted(classes))})\b"
    names = set()
    # threading::Timer timer(...), Queue<int>& q, std::vector<threading::Thread> threads
    for match in re.finditer(any_class + r"(?:<[\w:<>*, ]*>)?[>&*\s]*?[>&*\s](\w+)\s*[({;=,)]", code):
        names.add(match.group(1))
    # auto worker = threading::make<Worker>(...)
    for match in re.finditer(rf"\bauto[&*\s]+(\w+)\s*=[^;]*{any_class}", code):
        names.add(match.group(1))
    # auto task = asyncio::create_task(...)
    for match in re.finditer(rf"\bauto[&*\s]+(\w+)\s*=\s*{made_by(makers)}", code) if makers else ():
        names.add(match.group(1))
    # auto [a, b] = multiprocessing::Pipe()
    for match in re.finditer(rf"\bauto[&\s]*\[([\w,\s]+)\]\s*=\s*{made_by(makers)}", code) if makers else ():
        names.update(match.group(1).replace(",", " ").split())
    # for (auto& thread : threads)
    for match in re.finditer(r"\bfor\s*\((?:const\s+)?auto[&\s]+(\w+)\s*:\s*(\w+)", code):
        if match.group(2) in names:
            names.add(match.group(1))
    return names, classes


def uses_member(code, name, owner=None, aliases=(), makers=()):
    """Whether `name` is used as a member of an object of the class `owner`; of any object, without an owner."""
    if owner is None:
        return re.search(rf"(?:\.|->|::)\s*(?:template\s+)?{name}\b", code) is not None
    for match in re.finditer(made_by(makers), code) if makers else ():  # asyncio::get_running_loop().stop
        if re.match(rf"\.{name}\b", code[matching(code, match.end() - 1):]):
            return True
    names, classes = objects_of(code, owner, aliases, makers)
    objects = "|".join(sorted(names)) or r"(?!)"
    any_class = "|".join(sorted(classes))
    return re.search(
        rf"\b(?:{objects})\b(?:\[[^\]]*\])?(?:\.|->)\s*{name}\b"  # timer.cancel, threads[0].join
        rf"|\b(?:{any_class})\b(?:<[\w:<>, ]*>)?(?:\([^;]*\)\.|::){name}\b",  # Thread(f).start, &Queue<int>::get
        code) is not None
