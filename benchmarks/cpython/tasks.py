"""What workers and children do. A child that is started anew imports this and little else."""


def nothing():
    pass


def nothing_of(_):
    pass


def integer(i):
    return i


def next_of(i):
    return i + 1
