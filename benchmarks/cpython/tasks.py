"""What workers and children do. A child that is started anew imports this and little else."""


def nothing():
    pass


def integer(i):
    return i
