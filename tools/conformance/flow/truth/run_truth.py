"""Runs programs in Python with stubs and marked inputs, and prints which of them sent marked text to their sink.

Reads programs from standard input.
"""

import builtins
import json
import os
import posixpath
import re
import sqlite3
import sys
import types


class Response(str):
    """An answer, with its headers."""


def make_response(text):
    response = Response(text)
    response.headers = {"Content-Type": "text/html"}
    return response


def is_page(result):
    return getattr(result, "headers", {}).get("Content-Type", "text/html") == "text/html"


class Ended(Exception):
    """A handler has ended the request."""


def leads_out(text):
    return "MARK" in text and not posixpath.normpath(text).startswith("/srv/data/")


HARMFUL = {
    "command": lambda text: re.search(r"[;&|$`\n]\s*MARK", text),
    "path": leads_out,
    "html": lambda text: "<MARK" in text,
    "sql": lambda text: re.search(r"'[^']*MARK", text),
    "redirect": lambda text: re.match(r"(?:https?:)?//MARK", text),
}


def run(program, given):
    """Returns whether marked text arrived in a harmful form."""
    kind = program["kind"]
    state = {"arrived": False}

    def sink(of):
        def look(value="", *rest, **named):
            if of == kind and HARMFUL[kind](str(value)):
                state["arrived"] = True
            return ""

        return look

    def abort(*rest):
        raise Ended()

    handlers = []

    class Flask:
        def __init__(self, name):
            pass

        def route(self, path):
            return lambda handler: handlers.append(handler) or handler

    flask = types.ModuleType("flask")
    flask.Flask, flask.abort, flask.redirect = Flask, abort, sink("redirect")
    flask.make_response = make_response
    flask.request = types.SimpleNamespace(args={"x": given}, form={"x": given})
    sys.modules["flask"] = flask
    saved = os.system, sqlite3.connect
    names = {"__name__": "generated", "__builtins__": builtins, "open": sink("path")}
    try:
        os.system = sink("command")
        sqlite3.connect = lambda name: types.SimpleNamespace(execute=sink("sql"))
        exec(compile(program["text"], "generated", "exec"), names)
        for handler in handlers:
            try:
                result = handler()
                if kind == "html" and is_page(result):
                    sink("html")(result)
            except Ended:
                pass
            except ValueError as error:
                if "no" not in str(error) and "subpath" not in str(error):
                    raise
    finally:
        os.system, sqlite3.connect = saved
    return state["arrived"]


def main():
    request = json.load(sys.stdin)
    results = [
        any([run(program, given) for given in request["inputs"][program["kind"]]])
        for program in request["programs"]
    ]
    print(json.dumps(results))


main()
