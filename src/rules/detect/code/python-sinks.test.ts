/**
 * Functions of libraries of Python at which untrusted data does harm, from the documentation of
 * each library. Each statement is reported with `x` from a request, and silent with a fixed text in
 * its place.
 */

import { beforeAll, describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

beforeAll(async () => {
  await sourceCode.prepare?.('/a.py');
});

/** Imports, and a statement with the untrusted text `x`. */
type Row = readonly [head: string, statement: string];

const COMMANDS: readonly Row[] = [
  ['import os', 'os.popen(f"ls {x}").read()'],
  ['import subprocess', 'subprocess.Popen("grep " + x, shell=True, stdout=subprocess.PIPE)'],
  ['import subprocess', 'subprocess.check_output(args=f"id {x}", shell=True)'],
  ['import subprocess', 'subprocess.run(["sh", "-c", f"wc {x}"], check=True)'],
  ['import subprocess', 'subprocess.run(["bash", "-lc", f"wc {x}"], check=True)'],
  ['import subprocess', 'subprocess.run(["/usr/bin/env", "bash", "-c", f"wc {x}"], check=True)'],
  ['import subprocess', 'subprocess.run(["cmd", "/c", "dir " + x], check=True)'],
  ['import subprocess', 'subprocess.run(["powershell", "-Command", "dir " + x], check=True)'],
  ['import subprocess', 'subprocess.run(args=["sh", "-c", f"wc {x}"], check=True)'],
  ['import subprocess', 'subprocess.run(x.split(), check=True)'],
  ['import subprocess, shlex', 'subprocess.run(shlex.split(x), check=True)'],
  ['import subprocess', 'subprocess.run(x)'],
  ['import subprocess', 'options = {"shell": True}\nsubprocess.run("ls " + x, **options)'],
  ['import subprocess', 'subprocess.getoutput("ls " + x)'],
  ['import os', 'os.execl(x, x)'],
  ['import os', 'os.execlp("sh", "sh", "-c", x)'],
  ['import os', 'os.execvp("sh", ["sh", "-c", x])'],
  ['import os', 'os.execvpe(x, [x], {})'],
  ['import os', 'os.execlpe(x, x, {})'],
  ['import os', 'os.spawnlpe(os.P_WAIT, x, x, {})'],
  ['import os', 'os.spawnve(os.P_WAIT, x, [x], {})'],
  ['import os', 'os.spawnvpe(os.P_WAIT, x, [x], {})'],
  ['import os', 'os.spawnv(os.P_WAIT, "/bin/sh", ["sh", "-c", x])'],
  ['import os', 'os.spawnlp(os.P_WAIT, "sh", "sh", "-c", x)'],
  ['import os', 'os.posix_spawn(x, [x], {})'],
  ['import os', 'os.posix_spawnp(x, [x], {})'],
  ['import os', 'os.startfile(x)'],
  ['import asyncio', 'asyncio.create_subprocess_shell("ls " + x)'],
  ['import asyncio', 'asyncio.create_subprocess_shell(cmd="ls " + x)'],
  ['import asyncio', 'asyncio.create_subprocess_exec("sh", "-c", "ls " + x)'],
  ['import asyncio', 'asyncio.create_subprocess_exec(x)'],
  ['import asyncio', 'asyncio.subprocess.create_subprocess_shell("ls " + x)'],
  ['import asyncio', 'asyncio.get_event_loop().subprocess_shell(Protocol, "ls " + x)'],
  ['import pty', 'pty.spawn(["sh", "-c", x])'],
  ['import pexpect', 'pexpect.run("ls " + x)'],
  ['import pexpect', 'pexpect.spawn("ls " + x)'],
  ['import paramiko', 'client = paramiko.SSHClient()\nclient.exec_command("ls " + x)'],
  ['from fabric import Connection', 'Connection("web").run("ls " + x)'],
  ['from fabric import Connection', 'Connection("web").sudo("ls " + x)'],
  ['from fabric import Connection', 'with Connection("web") as c:\n    c.local("ls " + x)'],
  ['from fabric.api import run', 'run("ls " + x)'],
  ['import invoke', 'invoke.run("ls " + x)'],
  ['from invoke import Context', 'Context().run("ls " + x)'],
  ['import docker', 'docker.from_env().containers.run("alpine", "sh -c " + x)'],
  ['import docker', 'docker.from_env().containers.get("web").exec_run("sh -c " + x)'],
  ['import sh', 'sh.bash("-c", x)'],
  ['import popen2', 'popen2.popen3("ls " + x)'],
];

const CODE: readonly Row[] = [
  ['', 'eval(x)'],
  ['', 'eval(compile(x, "f", "eval"))'],
  ['', 'exec(x, {})'],
  ['', 'exec("value = " + x)'],
  ['import builtins', 'builtins.compile(x, "f", "exec")'],
  ['import code', 'code.InteractiveInterpreter().runsource(x)'],
  ['import code', 'code.InteractiveConsole().push(x)'],
  ['import codeop', 'codeop.compile_command(x)'],
  ['import timeit', 'timeit.timeit(stmt=x)'],
  ['import timeit', 'timeit.repeat(x)'],
  ['import timeit', 'timeit.Timer(x).timeit()'],
  ['import cProfile', 'cProfile.run(x)'],
  ['import profile', 'profile.runctx(x, {}, {})'],
  ['import pdb', 'pdb.run(x)'],
  ['import pandas as pd', 'pd.eval(x)'],
  ['import pandas as pd', 'pd.read_csv("a.csv").query(x)'],
  ['import pandas as pd', 'pd.DataFrame({}).eval(x)'],
  ['import numexpr', 'numexpr.evaluate(x)'],
  ['import sympy', 'sympy.sympify(x)'],
  ['from sympy.parsing.sympy_parser import parse_expr', 'parse_expr(x)'],
  ['import asteval', 'asteval.Interpreter()(x)'],
  ['import js2py', 'js2py.eval_js(x)'],
];

const SQL: readonly Row[] = [
  ['import sqlite3', 'sqlite3.connect("a").execute(f"SELECT * FROM t WHERE a = \'{x}\'")'],
  ['import sqlite3', 'sqlite3.connect("a").executescript("DELETE FROM t WHERE a = " + x)'],
  [
    'import sqlite3',
    'db = sqlite3.connect("a")\ncursor = db.cursor()\ncursor.execute("SELECT a FROM t WHERE a = \'%s\'" % x)',
  ],
  [
    'import sqlite3\nfrom contextlib import closing',
    'with closing(sqlite3.connect("a")) as db:\n    db.execute("SELECT a FROM t ORDER BY " + x)',
  ],
  [
    'import psycopg2',
    'with psycopg2.connect("a") as db:\n    with db.cursor() as cursor:\n        cursor.execute("SELECT a FROM t WHERE a = \'{}\'".format(x))',
  ],
  [
    'import psycopg2.extras',
    'psycopg2.extras.execute_values(cursor, "INSERT INTO " + x + " VALUES %s", rows)',
  ],
  ['import psycopg2', 'psycopg2.connect("a").cursor().copy_expert(f"COPY {x} TO STDOUT", file)'],
  [
    'import psycopg2\nfrom psycopg2 import sql',
    'psycopg2.connect("a").cursor().execute(sql.SQL("SELECT a FROM t ORDER BY " + x))',
  ],
  ['import psycopg', 'psycopg.connect("a").execute("SELECT a FROM t WHERE a = " + x)'],
  [
    'from psycopg_pool import ConnectionPool\npool = ConnectionPool("a")',
    'with pool.connection() as db:\n    db.execute("SELECT a FROM t WHERE a = " + x)',
  ],
  [
    'import pymysql',
    'cursor = pymysql.connect(host="a").cursor()\ncursor.execute(query="SELECT a FROM t WHERE a = " + x)',
  ],
  ['import mysql.connector', 'db = mysql.connector.connect()\ndb.cursor().executemany(x, [])'],
  [
    'import mysql.connector',
    'db = mysql.connector.connect()\ncursor = db.cursor(dictionary=True)\ncursor.execute(f"DELETE FROM t WHERE id = {x}")',
  ],
  ['import pymssql', 'pymssql.connect("a").cursor().execute(x)'],
  ['import pyodbc', 'pyodbc.connect("a").execute("EXEC find " + x)'],
  ['import asyncpg', 'db = asyncpg.connect("a")\ndb.fetch(f"SELECT a FROM t WHERE a = {x}")'],
  ['import aiosqlite', 'db = aiosqlite.connect("a")\ndb.execute_fetchall(x)'],
  [
    'from databases import Database\ndatabase = Database("a")',
    'database.fetch_all(query="SELECT a FROM t WHERE a = " + x)',
  ],
  [
    'from databases import Database\ndatabase = Database("a")',
    'database.execute("DELETE FROM t WHERE a = " + x)',
  ],
  ['from sqlalchemy import text', 'session.execute(text(f"SELECT a FROM t WHERE a = \'{x}\'"))'],
  ['from sqlalchemy import text', 'session.query(User).filter(text("name = " + x))'],
  ['import sqlalchemy as sa', 'session.query(User).order_by(sa.text(x))'],
  ['import sqlalchemy', 'sqlalchemy.create_engine("a").execute("DELETE FROM t WHERE a = " + x)'],
  [
    'from sqlalchemy import create_engine\nengine = create_engine("a")',
    'with engine.connect() as c:\n    c.exec_driver_sql("SELECT a FROM t WHERE a = " + x)',
  ],
  ['from sqlalchemy import DDL', 'DDL("CREATE TABLE " + x)'],
  ['from sqlalchemy.sql import text', 'db.session.execute(text("SELECT " + x + " FROM t"))'],
  ['from sqlalchemy import column', 'column(x, is_literal=True)'],
  [
    'from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()',
    'db.session.execute("SELECT a FROM t WHERE a = " + x)',
  ],
  [
    'from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()',
    'db.session.execute(db.text("SELECT a FROM t WHERE a = " + x))',
  ],
  [
    'from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()',
    'db.engine.execute("SELECT a FROM t WHERE a = " + x)',
  ],
  [
    'from app.models import User',
    'User.objects.raw("SELECT * FROM users WHERE name = \'%s\'" % x)',
  ],
  ['from app.models import User', 'User.objects.extra(where=["name = \'" + x + "\'"])'],
  ['from app.models import User', 'User.objects.filter(a=1).extra(select={"n": x})'],
  [
    'from django.db.models.expressions import RawSQL\nfrom app.models import User',
    'User.objects.annotate(n=RawSQL("SELECT " + x, []))',
  ],
  [
    'from django.db.models import Func\nfrom app.models import User',
    'User.objects.annotate(n=Func("a", template=x))',
  ],
  [
    'from django.db import connection',
    'with connection.cursor() as cursor:\n    cursor.execute(f"UPDATE t SET a = {x}")',
  ],
  [
    'from django.db import connections',
    'with connections["other"].cursor() as cursor:\n    cursor.execute(f"UPDATE t SET a = {x}")',
  ],
  ['import peewee', 'peewee.SQL(x)'],
  ['from peewee import SqliteDatabase\ndb = SqliteDatabase("a")', 'db.execute_sql(x)'],
  ['from app.models import User', 'User.raw("SELECT a FROM t WHERE a = " + x)'],
  ['import pandas as pd', 'pd.read_sql(f"SELECT a FROM t WHERE a = {x}", engine)'],
  ['import pandas as pd', 'pd.read_sql_query(sql="SELECT a FROM t WHERE a = " + x, con=engine)'],
  ['import duckdb', 'duckdb.sql("SELECT a FROM t WHERE a = " + x)'],
  ['import duckdb', 'duckdb.connect("a").execute("SELECT a FROM t WHERE a = " + x)'],
  [
    'from google.cloud import bigquery',
    'bigquery.Client().query("SELECT a FROM t WHERE a = " + x)',
  ],
  ['', 'spark.sql("SELECT a FROM t WHERE a = " + x)'],
  ['import records', 'records.Database("a").query("SELECT a FROM t WHERE a = " + x)'],
  ['', 'g.db.execute("SELECT a FROM t WHERE a = " + x)'],
  ['', 'get_db().execute("SELECT a FROM t WHERE a = \'" + x + "\'").fetchone()'],
];

const NOSQL: readonly Row[] = [
  [
    'from pymongo import MongoClient\ndb = MongoClient()["app"]',
    'db.users.find_one({"name": request.json["name"]})',
  ],
  [
    'from pymongo import MongoClient\ndb = MongoClient()["app"]',
    'db["users"].find({"$where": "this.name == \'" + x + "\'"})',
  ],
  [
    'from pymongo import MongoClient\ndb = MongoClient()["app"]',
    'db.users.delete_many(request.get_json())',
  ],
  [
    'from motor.motor_asyncio import AsyncIOMotorClient\ndb = AsyncIOMotorClient().app',
    'db.users.find_one(filter={"name": request.json["name"]})',
  ],
  [
    'from motor.motor_asyncio import AsyncIOMotorClient\ndb = AsyncIOMotorClient().app',
    'db.users.find({"name": request.json["name"]})',
  ],
  [
    'from flask_pymongo import PyMongo\nmongo = PyMongo()',
    'mongo.db.users.find({"name": request.json["name"]})',
  ],
  ['from app.documents import User', 'User.objects(__raw__=request.json)'],
  ['import redis', 'redis.Redis().eval("return " + x, 0)'],
  [
    'from neo4j import GraphDatabase\ndriver = GraphDatabase.driver("bolt://a")',
    'with driver.session() as session:\n    session.run("MATCH (a {name: \'" + x + "\'}) RETURN a")',
  ],
];

const LDAP: readonly Row[] = [
  ['import ldap', 'ldap.initialize("a").search_s("dc=a", ldap.SCOPE_SUBTREE, f"(uid={x})")'],
  [
    'import ldap',
    'ldap.initialize("a").search_ext_s("dc=a", ldap.SCOPE_SUBTREE, filterstr=f"(uid={x})")',
  ],
  ['import ldap', 'ldap.initialize("a").simple_bind_s(f"uid={x},dc=a", "p")'],
  ['from ldap3 import Connection', 'Connection("a").search("dc=a", f"(uid={x})")'],
  [
    'from ldap3 import Connection, Server\nimport ldap3',
    'conn = ldap3.Connection(Server("a"), auto_bind=True)\nconn.search(search_base="dc=a", search_filter="(uid=" + x + ")", attributes=["cn"])',
  ],
  ['from ldap3 import Connection', 'Connection("a", user=f"uid={x},dc=a")'],
  ['from ldap3 import Connection', 'Connection("a").delete(f"uid={x},dc=a")'],
  [
    'from ldap3 import Connection',
    'Connection("a").extend.standard.paged_search(search_base="dc=a", search_filter=f"(uid={x})")',
  ],
];

const XPATH: readonly Row[] = [
  ['from lxml import etree', 'etree.parse("a").xpath(f"//user[@id=\'{x}\']")'],
  ['from lxml import etree', 'etree.XPath("//user[@id=\'" + x + "\']")(tree)'],
  ['from lxml import etree', 'etree.parse("a").find(f"//user[@id=\'{x}\']")'],
  ['from lxml import etree', 'etree.parse("a").getroot().findall(".//u[@a=\'%s\']" % x)'],
  ['from lxml import etree', 'etree.XPathEvaluator(tree)(x)'],
  ['import xml.etree.ElementTree as ET', 'ET.parse("a").getroot().findall(f".//u[@a=\'{x}\']")'],
  [
    'import xml.etree.ElementTree as ET',
    'root = ET.fromstring(TEXT)\nroot.find(".//u[@a=\'" + x + "\']")',
  ],
  ['import elementpath', 'elementpath.select(root, "//u[@a=\'" + x + "\']")'],
  ['from parsel import Selector', 'Selector(text=TEXT).xpath("//u[@a=\'" + x + "\']")'],
];

const TEMPLATES: readonly Row[] = [
  ['from flask import render_template_string', 'render_template_string("<p>" + x)'],
  ['from flask import render_template_string', 'render_template_string(source=f"<p>{x}</p>")'],
  ['from flask import current_app', 'current_app.jinja_env.from_string(x).render()'],
  ['', 'app.jinja_env.from_string(x).render()'],
  ['from jinja2 import Template', 'Template("Hello " + x).render()'],
  ['from jinja2 import Environment', 'Environment().from_string(x).render()'],
  ['from jinja2 import Environment, BaseLoader', 'Environment(loader=BaseLoader()).from_string(x)'],
  ['from jinja2 import Environment', 'Environment(autoescape=True).from_string(source=x)'],
  ['from jinja2 import Environment, DictLoader', 'Environment(loader=DictLoader({"a": x}))'],
  ['from jinja2.nativetypes import NativeEnvironment', 'NativeEnvironment().from_string(x)'],
  ['from mako.template import Template', 'Template("Hello " + x).render()'],
  ['from mako.template import Template', 'Template(text=x).render()'],
  ['from mako.lookup import TemplateLookup', 'TemplateLookup().put_string("a", x)'],
  ['from django.template import Template', 'Template(x)'],
  ['from django.template import engines', 'engines["django"].from_string(x)'],
  ['from django.template import Engine', 'Engine.get_default().from_string(x)'],
  ['from tornado.template import Template', 'Template(x).generate()'],
  ['import bottle', 'bottle.template("Hello " + x)'],
  ['from bottle import SimpleTemplate', 'SimpleTemplate(x).render()'],
  ['from genshi.template import MarkupTemplate', 'MarkupTemplate(x)'],
];

const PATHS: readonly Row[] = [
  ['import os', 'open(os.path.join("/srv", x))'],
  ['', 'open(file="/srv/" + x)'],
  ['import io', 'io.open("/srv/" + x)'],
  ['import io', 'io.FileIO("/srv/" + x)'],
  ['import os', 'os.replace("/srv/" + x, "/b")'],
  ['import os', 'os.replace("/b", "/srv/" + x)'],
  ['import os', 'os.renames("/srv/" + x, "/b")'],
  ['import os', 'os.walk("/srv/" + x)'],
  ['import os', 'os.symlink("/srv/" + x, "/b")'],
  ['import os', 'os.link("/srv/" + x, "/b")'],
  ['import os', 'os.removedirs("/srv/" + x)'],
  ['import os', 'os.truncate("/srv/" + x, 0)'],
  ['import os', 'os.chmod("/srv/" + x, 0o600)'],
  ['import glob', 'glob.glob("/srv/" + x)'],
  ['import shutil', 'shutil.copytree("/srv/" + x, "/b")'],
  ['import shutil', 'shutil.copy2("/a", "/srv/" + x)'],
  ['import shutil', 'shutil.unpack_archive("/a.zip", "/srv/" + x)'],
  ['import shutil', 'shutil.make_archive("/srv/" + x, "zip", "/b")'],
  ['from pathlib import Path', 'Path("/srv", x).read_text()'],
  ['from pathlib import Path', '(Path("/srv") / x).open()'],
  ['from pathlib import Path', 'Path("/srv").joinpath(x).read_bytes()'],
  ['from pathlib import Path\nBASE = Path("/srv")', '(BASE / x).unlink()'],
  ['from pathlib import Path', 'Path("/a").rename("/srv/" + x)'],
  ['from pathlib import Path', 'Path("/srv/" + x).mkdir()'],
  ['from flask import send_file', 'send_file("/srv/" + x)'],
  ['from flask import send_file', 'send_file(path_or_file="/srv/" + x)'],
  ['from flask import send_from_directory', 'send_from_directory(x, "a.txt")'],
  ['import os', 'request.files["f"].save(os.path.join("/srv", request.files["f"].filename))'],
  ['', 'upload = request.files["f"]\nupload.save("/srv/" + upload.filename)'],
  ['import aiofiles', 'aiofiles.open("/srv/" + x)'],
  ['import anyio', 'anyio.open_file("/srv/" + x)'],
  ['import tempfile', 'tempfile.NamedTemporaryFile(dir="/srv/" + x)'],
  ['import tempfile', 'tempfile.mkdtemp(prefix=x)'],
  ['import zipfile', 'zipfile.ZipFile("/srv/" + x)'],
  ['import tarfile', 'tarfile.open(name="/srv/" + x)'],
  [
    'import zipfile, os',
    'for info in zipfile.ZipFile(request.files["f"]).infolist():\n    open(os.path.join("/srv", info.filename), "wb")',
  ],
  [
    'import zipfile, os',
    'for name in zipfile.ZipFile(request.files["f"]).namelist():\n    open(os.path.join("/srv", name), "wb")',
  ],
  [
    'import tarfile, os',
    'with tarfile.open(fileobj=request.files["f"]) as t:\n    for member in t.getmembers():\n        open(os.path.join("/srv", member.name), "wb")',
  ],
  ['import gzip', 'gzip.open("/srv/" + x)'],
  ['import bz2', 'bz2.open("/srv/" + x)'],
  ['import lzma', 'lzma.open("/srv/" + x)'],
  ['from PIL import Image', 'Image.open("/srv/" + x)'],
  ['from PIL import Image', 'Image.open("/a").save("/srv/" + x)'],
  ['import pandas as pd', 'pd.read_csv("/srv/" + x)'],
  ['import pandas as pd', 'pd.read_excel("/srv/" + x)'],
  ['import pandas as pd', 'pd.DataFrame({}).to_csv("/srv/" + x)'],
  ['import numpy as np', 'np.loadtxt("/srv/" + x)'],
  ['import sqlite3', 'sqlite3.connect("/srv/" + x)'],
  ['import configparser', 'configparser.ConfigParser().read("/srv/" + x)'],
  ['import logging', 'logging.FileHandler("/srv/" + x)'],
  ['import fileinput', 'fileinput.input("/srv/" + x)'],
  ['from fastapi.responses import FileResponse', 'FileResponse("/srv/" + x)'],
  ['from fastapi.responses import FileResponse', 'FileResponse(path="/srv/" + x)'],
  ['from django.http import FileResponse', 'FileResponse(open("/srv/" + x, "rb"))'],
  ['from aiohttp import web', 'web.FileResponse(path="/srv/" + x)'],
  ['from django.core.files.storage import FileSystemStorage', 'FileSystemStorage(location=x)'],
  ['from sanic.response import file', 'file("/srv/" + x)'],
];

const REQUESTS: readonly Row[] = [
  ['import requests', 'requests.get(x, timeout=5)'],
  ['import requests', 'requests.get(f"http://{x}/status", timeout=5)'],
  ['import requests', 'requests.request("GET", x)'],
  ['import requests', 'requests.request(method="GET", url=x)'],
  ['import requests', 'with requests.Session() as session:\n    session.post(x, json={})'],
  ['import requests', 'requests.Session().send(requests.Request("GET", x).prepare())'],
  ['import urllib.request', 'urllib.request.urlopen(x)'],
  ['from urllib.request import Request, urlopen', 'urlopen(Request(x))'],
  ['import urllib.request', 'urllib.request.build_opener().open(x)'],
  ['import urllib.request', 'urllib.request.urlretrieve(x, "/a")'],
  ['import urllib3', 'urllib3.PoolManager().request("GET", x)'],
  ['import urllib3', 'urllib3.PoolManager().urlopen("GET", x)'],
  ['import httpx', 'httpx.get(x)'],
  ['import httpx', 'httpx.stream("GET", x)'],
  ['import httpx', 'with httpx.Client() as client:\n    client.get(x)'],
  ['import httpx', 'client = httpx.AsyncClient()\nclient.request("GET", x)'],
  ['import httpx', 'httpx.Client(base_url=x)'],
  ['import aiohttp', 'session = aiohttp.ClientSession()\nsession.get(x)'],
  ['import aiohttp', 'session = aiohttp.ClientSession()\nsession.request("GET", x)'],
  ['import aiohttp', 'session = aiohttp.ClientSession()\nsession.ws_connect(x)'],
  ['import aiohttp', 'aiohttp.request("GET", x)'],
  ['import http.client', 'http.client.HTTPSConnection(x)'],
  ['import http.client', 'http.client.HTTPConnection(host=x, port=80)'],
  ['import socket', 'socket.create_connection((x, 80))'],
  ['import socket', 's = socket.socket()\ns.connect((x, 80))'],
  ['import asyncio', 'asyncio.open_connection(x, 80)'],
  ['import websockets', 'websockets.connect(x)'],
  ['import websocket', 'websocket.create_connection(x)'],
  ['import httplib2', 'httplib2.Http().request(x)'],
  ['import pycurl', 'c = pycurl.Curl()\nc.setopt(c.URL, x)'],
  ['from tornado.httpclient import AsyncHTTPClient', 'AsyncHTTPClient().fetch(x)'],
  ['from tornado.httpclient import HTTPRequest', 'HTTPRequest(x)'],
  ['import smtplib', 'smtplib.SMTP(x)'],
  ['import ftplib', 'ftplib.FTP(x)'],
  ['import xmlrpc.client', 'xmlrpc.client.ServerProxy(x)'],
  ['import zeep', 'zeep.Client(x)'],
  ['import feedparser', 'feedparser.parse(x)'],
  ['import wget', 'wget.download(x)'],
  ['from selenium import webdriver', 'webdriver.Chrome().get(x)'],
  ['import boto3', 'boto3.client("s3", endpoint_url=x)'],
];

const REDIRECTS: readonly Row[] = [
  ['from flask import redirect', 'redirect(x)'],
  ['from flask import redirect', 'redirect(location=x, code=302)'],
  ['from werkzeug.utils import redirect', 'redirect(x)'],
  ['from django.shortcuts import redirect', 'redirect(x)'],
  ['from django.http import HttpResponseRedirect', 'HttpResponseRedirect(x)'],
  ['from django.http import HttpResponseRedirect', 'HttpResponseRedirect(redirect_to=x)'],
  ['from fastapi.responses import RedirectResponse', 'RedirectResponse(url=x)'],
  ['from starlette.responses import RedirectResponse', 'RedirectResponse(x, status_code=303)'],
  ['from aiohttp import web', 'raise web.HTTPFound(x)'],
  ['from aiohttp import web', 'raise web.HTTPFound(location=x)'],
  ['from aiohttp import web', 'raise web.HTTPSeeOther(x)'],
  ['from flask import make_response', 'r = make_response("", 302)\nr.headers["Location"] = x'],
  [
    'from flask import Response',
    'r = Response(status=302)\nr.headers["Location"] = x\nr.status_code = 302',
  ],
  ['from flask import Response', 'Response(status=302, headers={"Location": x})'],
  ['from django.http import HttpResponse', 'r = HttpResponse(status=302)\nr["Location"] = x'],
  ['from fastapi import Response', 'Response(status_code=302, headers={"Location": x})'],
  ['import bottle', 'bottle.redirect(x)'],
  ['from pyramid.httpexceptions import HTTPFound', 'HTTPFound(location=x)'],
  ['from sanic.response import redirect', 'redirect(x)'],
  ['import cherrypy', 'raise cherrypy.HTTPRedirect(x)'],
  ['import falcon', 'raise falcon.HTTPFound(x)'],
  ['from werkzeug.exceptions import abort\nfrom flask import redirect', 'abort(redirect(x))'],
];

const PAGES: readonly Row[] = [
  ['', 'return "<p>" + x'],
  ['', 'return f"<p>{x}</p>", 404'],
  ['from flask import make_response', 'return make_response(f"<p>{x}</p>")'],
  ['from flask import make_response', 'r = make_response("")\nr.set_data("<p>" + x)\nreturn r'],
  ['from flask import Response', 'return Response(f"<p>{x}</p>", mimetype="text/html")'],
  ['from flask import Response', 'return Response([f"<p>{x}</p>"])'],
  ['from flask import Response', 'r = Response()\nr.data = f"<p>{x}</p>"\nreturn r'],
  ['from django.http import HttpResponse', 'return HttpResponse("<p>" + x)'],
  ['from django.http import HttpResponse', 'r = HttpResponse()\nr.write("<p>" + x)\nreturn r'],
  ['from django.http import HttpResponse', 'r = HttpResponse()\nr.content = "<p>" + x\nreturn r'],
  ['from django.http import HttpResponseNotFound', 'return HttpResponseNotFound("<p>" + x)'],
  [
    'from django.http import HttpResponseBadRequest',
    'return HttpResponseBadRequest(f"<p>{x}</p>")',
  ],
  [
    'from django.http import StreamingHttpResponse',
    'return StreamingHttpResponse([f"<p>{x}</p>"])',
  ],
  ['from django.utils.safestring import mark_safe', 'mark_safe("<b>" + x + "</b>")'],
  ['from django.utils.safestring import SafeString', 'SafeString("<b>" + x + "</b>")'],
  ['from django.utils.html import format_html', 'format_html("<b>" + x + "</b>")'],
  ['from django.utils.html import format_html', 'format_html(f"<b>{x}</b> {{}}", 1)'],
  ['from markupsafe import Markup', 'Markup(f"<b>{x}</b>")'],
  ['from fastapi.responses import HTMLResponse', 'return HTMLResponse(f"<b>{x}</b>")'],
  ['from fastapi.responses import HTMLResponse', 'return HTMLResponse(content=f"<b>{x}</b>")'],
  ['from starlette.responses import HTMLResponse', 'return HTMLResponse(content="<b>" + x)'],
  ['from aiohttp import web', 'return web.Response(text="<b>" + x, content_type="text/html")'],
  ['from sanic.response import html', 'return html("<b>" + x)'],
  ['from jinja2 import Template', 'return Template("<b>{{ a }}</b>").render(a=x)'],
  [
    'from jinja2 import Environment',
    'return Environment().from_string("<b>{{ a }}</b>").render(a=x)',
  ],
  [
    'from flask import render_template_string',
    'return render_template_string("<b>{{ a|safe }}</b>", a=x)',
  ],
  [
    'from flask import render_template_string',
    'return render_template_string("{% autoescape false %}{{ a }}{% endautoescape %}", a=x)',
  ],
  [
    'from flask import render_template\nfrom markupsafe import Markup',
    'return render_template("a.html", a=Markup(x))',
  ],
  ['from pyramid.response import Response', 'return Response("<b>" + x)'],
];

const DESERIALIZED: readonly Row[] = [
  ['import pickle, base64', 'pickle.loads(base64.b64decode(x))'],
  ['import pickle', 'pickle.load(request.files["f"])'],
  ['import pickle', 'pickle.load(request.files["f"].stream)'],
  ['import pickle, io', 'pickle.Unpickler(io.BytesIO(request.data)).load()'],
  ['import pickle, io', 'pickle.load(io.BytesIO(request.get_data()))'],
  ['import dill', 'dill.loads(x)'],
  ['import cloudpickle', 'cloudpickle.loads(x)'],
  ['import marshal', 'marshal.loads(x)'],
  ['import shelve', 'shelve.open(x)'],
  ['import jsonpickle', 'jsonpickle.decode(x)'],
  ['import jsonpickle', 'jsonpickle.unpickler.decode(x)'],
  ['import yaml', 'yaml.load(x, Loader=yaml.Loader)'],
  ['import yaml', 'yaml.load(x, Loader=yaml.UnsafeLoader)'],
  ['import yaml', 'yaml.load(x, yaml.UnsafeLoader)'],
  ['import yaml', 'yaml.load(x, Loader=yaml.CLoader)'],
  ['import yaml', 'yaml.load(stream=x, Loader=yaml.Loader)'],
  ['from yaml import load, Loader', 'load(x, Loader=Loader)'],
  ['from yaml import load, UnsafeLoader', 'load(x, UnsafeLoader)'],
  ['import yaml', 'list(yaml.load_all(x, Loader=yaml.Loader))'],
  ['import yaml', 'yaml.unsafe_load_all(x)'],
  ['from ruamel.yaml import YAML', 'YAML(typ="unsafe").load(x)'],
  ['import joblib', 'joblib.load(request.files["f"])'],
  ['import numpy as np', 'np.load(request.files["f"], allow_pickle=True)'],
  ['import pandas as pd', 'pd.read_pickle(request.files["f"])'],
  ['import torch', 'torch.load(request.files["f"], weights_only=False)'],
  ['import pickle, zlib', 'pickle.loads(zlib.decompress(request.data))'],
  ['import pickle', 'pickle.loads(bytes.fromhex(x))'],
  ['import pickle', 'pickle.loads(request.cookies["s"].encode("latin-1"))'],
];

const ENTITIES: readonly Row[] = [
  ['from lxml import etree', 'etree.fromstring(x, etree.XMLParser(resolve_entities=True))'],
  [
    'from lxml import etree',
    'parser = etree.XMLParser(load_dtd=True, no_network=False)\netree.fromstring(x, parser)',
  ],
  [
    'from lxml import etree',
    'parser = etree.XMLParser(resolve_entities=True)\netree.parse(request.files["f"], parser)',
  ],
  [
    'from lxml import etree\nimport io',
    'etree.parse(io.BytesIO(request.data), etree.XMLParser(resolve_entities=True))',
  ],
  ['from lxml import etree', 'etree.iterparse(request.files["f"], resolve_entities=True)'],
  ['import xml.sax', 'xml.sax.parseString(request.data, Handler())'],
  ['from xml.dom import pulldom', 'pulldom.parse(request.files["f"], parser=P)'],
];

const BOMBS: readonly Row[] = [
  ['import xml.etree.ElementTree as ET', 'ET.fromstring(request.data)'],
  ['import xml.etree.ElementTree as ET', 'ET.parse(request.files["f"])'],
  ['import xml.etree.ElementTree as ET', 'ET.iterparse(request.stream)'],
  ['import xml.etree.ElementTree as ET', 'ET.XMLParser().feed(request.data)'],
  ['from xml.dom import minidom', 'minidom.parseString(request.data)'],
  ['from xml.dom import minidom', 'minidom.parse(request.files["f"])'],
  ['from xml.dom.expatbuilder import parseString', 'parseString(request.data)'],
  ['import xml.parsers.expat', 'p = xml.parsers.expat.ParserCreate()\np.Parse(request.data)'],
];

const MODULES: readonly Row[] = [
  ['import importlib', 'importlib.import_module(x)'],
  ['import importlib', 'importlib.import_module("plugins." + x)'],
  ['', '__import__(x)'],
  ['import runpy', 'runpy.run_path(x)'],
  ['import imp', 'imp.load_source("a", x)'],
  ['import importlib.util', 'importlib.util.spec_from_file_location("a", x)'],
  ['from importlib.machinery import SourceFileLoader', 'SourceFileLoader("a", x).load_module()'],
  ['import pydoc', 'pydoc.locate(x)'],
  ['import pkgutil', 'pkgutil.resolve_name(x)'],
  ['from werkzeug.utils import import_string', 'import_string(x)'],
  ['from django.utils.module_loading import import_string', 'import_string(x)'],
];

const EXPRESSIONS: readonly Row[] = [
  ['import re', 're.search(x, TEXT)'],
  ['import re', 're.compile(f"^{x}$")'],
  ['import re', 're.sub(x, "", TEXT)'],
  ['import re', 're.match(pattern=x, string=TEXT)'],
  ['import regex', 'regex.search(x, TEXT)'],
];

const SLOW: readonly Row[] = [
  ['import re', 're.match(r"^(\\w+\\s?)+$", x)'],
  ['import re\nNAME = re.compile(r"^(a+)+$")', 'NAME.match(x)'],
  ['import re\nNAME = re.compile(r"^([a-z]+)*$")', 'NAME.fullmatch(x)'],
];

const FORMATS: readonly Row[] = [
  ['', 'x.format(user=current_user)'],
  ['', '("Hello " + x).format(app)'],
  ['', 'x.format_map({"a": app})'],
];

const FIELDS: readonly Row[] = [
  ['from app.models import User', 'User.objects.create(**request.json)'],
  ['from app.models import User', 'User.objects.filter(pk=1).update(**request.json)'],
  [
    'from app.models import db, User',
    'user = User(**request.get_json())\ndb.session.add(user)\ndb.session.commit()',
  ],
  [
    'from app.models import User',
    'user = User.query.get(1)\nfor key, value in request.json.items():\n    setattr(user, key, value)',
  ],
  ['from app.models import User', 'user = User.query.get(1)\nsetattr(user, x, 1)'],
  ['from app.models import User', 'user = User.query.get(1)\nuser.__dict__.update(request.json)'],
];

const HEADERS: readonly Row[] = [
  [
    'import smtplib',
    'smtplib.SMTP("m").sendmail("a@b.example", "c@d.example", f"Subject: {x}\\r\\n\\r\\nHello")',
  ],
  [
    'import smtplib',
    'with smtplib.SMTP("m") as server:\n    server.sendmail("a@b.example", ["c@d.example"], "Subject: " + x + "\\n\\nHello")',
  ],
  [
    'import socket',
    's = socket.create_connection(("a", 80))\ns.sendall(f"GET /{x} HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n".encode())',
  ],
  ['', 'start_response("200 OK", [("X-Name", x)])'],
  ['import imaplib', 'imaplib.IMAP4_SSL("m").search(None, "SUBJECT " + x)'],
];

const ORIGINS: readonly Row[] = [
  [
    'from flask import make_response',
    'r = make_response("")\nr.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]\nr.headers["Access-Control-Allow-Credentials"] = "true"',
  ],
  [
    'from flask import make_response',
    'r = make_response("")\nr.headers["Access-Control-Allow-Origin"] = request.headers.get("Origin", "*")\nr.headers["Access-Control-Allow-Credentials"] = "true"',
  ],
  [
    'from flask import make_response',
    'r = make_response("")\nr.headers.add("Access-Control-Allow-Origin", request.origin)\nr.headers["Access-Control-Allow-Credentials"] = "true"',
  ],
  [
    'from django.http import HttpResponse',
    'r = HttpResponse("")\nr["Access-Control-Allow-Origin"] = x\nr.headers["Access-Control-Allow-Credentials"] = "true"',
  ],
];

const ALL: Readonly<Record<string, readonly Row[]>> = {
  'command-injection': COMMANDS,
  'code-injection': CODE,
  'sql-injection': SQL,
  'nosql-injection': NOSQL,
  'ldap-injection': LDAP,
  'xpath-injection': XPATH,
  'template-injection': TEMPLATES,
  'path-traversal': PATHS,
  'server-side-request-forgery': REQUESTS,
  'open-redirect': REDIRECTS,
  'cross-site-scripting': PAGES,
  'unsafe-deserialization': DESERIALIZED,
  'xml-external-entities': ENTITIES,
  'xml-bomb': BOMBS,
  'untrusted-module': MODULES,
  'regex-injection': EXPRESSIONS,
  'slow-regular-expression': SLOW,
  'format-string': FORMATS,
  'mass-assignment': FIELDS,
  'header-injection': HEADERS,
  'permissive-cors': ORIGINS,
};

function reports(rule: string, [head, statement]: Row, isFixed: boolean): boolean {
  const fixed = (text: string): string =>
    isFixed ? text.replaceAll(/\brequest\.(?:\w+\(\)|\w+)/gu, 'FIXED') : text;
  const body = [`x = request.args["x"]`, ...statement.split('\n')].map(fixed);
  const lines = body.map((line) => `    ${line}`).join('\n');
  const text = `from flask import Flask, request\n${head}\napp = Flask(__name__)\nFIXED = {"x": "a"}\n\n@app.route("/x")\ndef view():\n${lines}\n`;
  return sourceCode
    .detect({ path: '/a.py', bytes: Buffer.from(text) }, () => undefined)
    .some((one) => one.rule === `code/${rule}` && one.confidence !== 'low');
}

const cases = Object.entries(ALL).flatMap(([rule, rows]) =>
  rows.map((row) => [rule, row[1], row] as const),
);

describe('untrusted data in calls of libraries of Python', () => {
  it.each(cases)('is reported by %s in %s, and fixed data is not', (rule, _, row) => {
    expect([reports(rule, row, false), reports(rule, row, true)]).toEqual([true, false]);
  });
});
