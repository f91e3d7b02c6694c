"""Runs programs with stubs for their modules, and prints which of them sent untrusted data to their sink.

Reads a list of programs from standard input.
"""

import html
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import types

CANARY = "CANARY"


class Values(dict):
    """Values of a request."""


def clean(kind):
    """Returns a function that gives data another name that is harmless to a kind of sink."""
    return lambda text, *rest: str(text).replace(CANARY, "CLEAN-" + kind + "~")


def run(program):
    """Returns whether untrusted data arrived in one of two runs."""
    state = {"arrived": False}
    kind = program["kind"]

    def sink(value="", *args, **named):
        seen = str(value)
        cleaned = re.findall(r"CLEAN-(\w+)~", seen)
        if CANARY in seen or any(one != kind for one in cleaned):
            state["arrived"] = True
        return ""

    html.escape = clean("html")
    shlex.quote = clean("command")
    saved = os.path.basename, os.system, subprocess.run, sqlite3.connect
    for flag in ("", "yes"):
        handlers = []
        request = types.SimpleNamespace()
        for name in ("args", "form", "headers", "json"):
            setattr(request, name, Values(name=CANARY, flag=flag))

        class Flask:
            def __init__(self, name):
                pass

            def route(self, path):
                return lambda handler: handlers.append(handler) or handler

        flask = types.ModuleType("flask")
        flask.Flask = Flask
        flask.request = request
        sys.modules["flask"] = flask
        module = types.ModuleType("generated")
        sys.modules["generated"] = module
        module.__dict__.update(open=sink, eval=sink)
        try:
            os.path.basename, os.system = clean("path"), sink
            subprocess.run = sink
            sqlite3.connect = lambda name: types.SimpleNamespace(execute=sink)
            exec(compile(program["text"], "generated", "exec"), module.__dict__)
            for handler in handlers:
                result = handler()
                if kind == "html":
                    sink(result)
        except Exception as error:  # A fault of the generator, which the caller reports.
            return {"error": repr(error)}
        finally:
            os.path.basename, os.system, subprocess.run, sqlite3.connect = saved
    return {"arrived": state["arrived"]}


json.dump([run(program) for program in json.load(sys.stdin)], sys.stdout)
