"""The process that rendering children are forked from: one child for each file."""

import socket
import sys

from ocr.children import fork_server
from ocr.children.limits import Limits, confine
from ocr.rendering import child


def render(channel: socket.socket) -> None:
    """Open one file and send its pages, within limits."""
    confine(Limits())
    child.serve(channel)


if __name__ == "__main__":
    fork_server.serve(socket.socket(fileno=int(sys.argv[1])), render)
