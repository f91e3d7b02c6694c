/**
 * Untrusted data in frameworks of Python, from the documentation of each framework: every program
 * runs it as a command.
 */

import { beforeAll, describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

beforeAll(async () => {
  await sourceCode.prepare?.('/a.py');
});

const FLASK = 'import os\nfrom flask import Flask, Blueprint, request\napp = Flask(__name__)\n\n';
const flask = (expression: string): string =>
  `${FLASK}@app.route('/x')\ndef view():\n    os.system('ls ' + ${expression})\n    return ''\n`;
const DJANGO =
  'import os\nfrom django.http import HttpResponse, HttpRequest\nfrom django.views import View\n\n';
const django = (expression: string): string =>
  `${DJANGO}def view(request):\n    os.system('ls ' + ${expression})\n    return HttpResponse('')\n`;
const FASTAPI =
  'import os\nfrom typing import Annotated, Optional, List\nfrom fastapi import APIRouter, Body, Cookie, Depends, FastAPI, File, Form, Header, Path, Query, Request, UploadFile, WebSocket\nfrom pydantic import BaseModel\napp = FastAPI()\n\n';
const fastapi = (parameters: string, expression: string, head = ''): string =>
  `${FASTAPI}${head}\n@app.post('/x/{name}')\nasync def view(${parameters}):\n    os.system('ls ' + ${expression})\n    return {}\n`;
const starlette = (expression: string): string =>
  `import os\nfrom starlette.requests import Request\nfrom starlette.responses import JSONResponse\nfrom starlette.routing import Route\nfrom starlette.applications import Starlette\n\nasync def view(request):\n    os.system('ls ' + ${expression})\n    return JSONResponse({})\n\napp = Starlette(routes=[Route('/x', view)])\n`;
const aiohttp = (expression: string): string =>
  `import os\nfrom aiohttp import web\nroutes = web.RouteTableDef()\n\n@routes.get('/x')\nasync def view(request):\n    os.system('ls ' + ${expression})\n    return web.json_response({})\n`;
const tornado = (expression: string, method = 'def get(self)'): string =>
  `import os\nimport tornado.web\n\nclass Main(tornado.web.RequestHandler):\n    ${method}:\n        os.system('ls ' + ${expression})\n`;
const bottle = (expression: string): string =>
  `import os\nfrom bottle import request, route\n\n@route('/x')\ndef view():\n    os.system('ls ' + ${expression})\n    return {}\n`;
const server = (expression: string, method = 'do_GET'): string =>
  `import os\nfrom http.server import BaseHTTPRequestHandler\nfrom urllib.parse import parse_qs, urlparse\n\nclass Handler(BaseHTTPRequestHandler):\n    def ${method}(self):\n        os.system('ls ' + ${expression})\n`;
const sanic = (expression: string): string =>
  `import os\nfrom sanic import Sanic\nfrom sanic.response import json\napp = Sanic('a')\n\n@app.get('/x')\nasync def view(request):\n    os.system('ls ' + ${expression})\n    return json({})\n`;
const pyramid = (expression: string): string =>
  `import os\nfrom pyramid.view import view_config\n\n@view_config(route_name='x', renderer='json')\ndef view(request):\n    os.system('ls ' + ${expression})\n    return {}\n`;
const falcon = (expression: string, parameters = ''): string =>
  `import os\nimport falcon\n\nclass Resource:\n    def on_get(self, req, resp${parameters}):\n        os.system('ls ' + ${expression})\n`;
const FORM =
  'from flask_wtf import FlaskForm\nfrom wtforms import StringField\n\nclass NameForm(FlaskForm):\n    name = StringField("Name")\n\n';
const DJANGO_FORM =
  'from django import forms\n\nclass NameForm(forms.Form):\n    name = forms.CharField()\n\n';

const UNTRUSTED: readonly (readonly [string, string])[] = [
  ...[
    "request.args.get('x')",
    "request.args.getlist('x')[0]",
    "request.args.to_dict()['x']",
    "request.form['x']",
    "request.values['x']",
    "request.json['x']",
    "request.get_json(force=True)['x']",
    'request.get_data(as_text=True)',
    'request.data.decode()',
    "request.headers.get('X-Name')",
    "request.headers['X-Name']",
    "request.cookies.get('x')",
    "request.files['f'].filename",
    "request.files['f'].read().decode()",
    "request.files.getlist('f')[0].filename",
    'request.stream.read().decode()',
    "request.view_args['x']",
    'request.url',
    'request.referrer',
    'request.query_string.decode()',
    'request.user_agent.string',
    'request.authorization.username',
    "request.environ['HTTP_X']",
    "request.environ.get('HTTP_X', '')",
    'request.content_type',
  ].map((one) => [`flask: ${one}`, flask(one)] as const),
  [
    'flask: a parameter of the route',
    `${FLASK}@app.route('/x/<name>', methods=['GET', 'POST'])\ndef view(name):\n    os.system(name)\n`,
  ],
  [
    'flask: a path parameter of a blueprint',
    `${FLASK}bp = Blueprint('a', __name__)\n@bp.get('/x/<path:name>')\ndef view(name):\n    os.system(name)\n`,
  ],
  [
    'flask: add_url_rule',
    `${FLASK}def view(name):\n    os.system(name)\n\napp.add_url_rule('/x/<name>', view_func=view)\n`,
  ],
  [
    'flask: MethodView',
    `${FLASK}from flask.views import MethodView\n\nclass Item(MethodView):\n    def get(self, name):\n        os.system(name)\n`,
  ],
  [
    'flask: before_request',
    `${FLASK}@app.before_request\ndef check():\n    os.system(request.headers['X'])\n`,
  ],
  [
    'flask: an alias of the request',
    `import os\nimport flask\napp = flask.Flask(__name__)\n@app.route('/')\ndef view():\n    r = flask.request\n    os.system(r.args['x'])\n`,
  ],
  [
    'flask-wtf: the data of a field',
    `${FLASK}${FORM}@app.route('/x', methods=['POST'])\ndef view():\n    form = NameForm()\n    if form.validate_on_submit():\n        os.system(form.name.data)\n    return ''\n`,
  ],
  [
    'flask-restful: arguments of a parser',
    `${FLASK}from flask_restful import Resource, reqparse\nparser = reqparse.RequestParser()\nparser.add_argument('name')\n\nclass Item(Resource):\n    def post(self):\n        args = parser.parse_args()\n        os.system(args['name'])\n`,
  ],
  [
    'flask-socketio: data of an event',
    `${FLASK}from flask_socketio import SocketIO\nsocketio = SocketIO(app)\n\n@socketio.on('message')\ndef handle(data):\n    os.system(data['x'])\n`,
  ],
  ...[
    "request.GET.get('x', '')",
    "request.GET['x']",
    "request.GET.getlist('x')[0]",
    "request.POST['x']",
    "request.COOKIES['x']",
    "request.META['HTTP_X_NAME']",
    "request.META.get('HTTP_REFERER')",
    "request.headers['X-Name']",
    "request.FILES['f'].name",
    "request.FILES['f'].read().decode()",
    'request.body.decode()',
    'request.path',
    'request.get_full_path()',
    "__import__('json').loads(request.body)['x']",
    'request.content_type',
    "request.resolver_match.kwargs['x']",
  ].map((one) => [`django: ${one}`, django(one)] as const),
  [
    'django: a parameter of the view',
    `${DJANGO}def view(request, name):\n    os.system(name)\n    return HttpResponse('')\n`,
  ],
  [
    'django: a view with another name of the request',
    `${DJANGO}from django.urls import path\n\ndef view(req, name):\n    os.system(req.GET['x'])\n    return HttpResponse('')\n\nurlpatterns = [path('x/<str:name>', view)]\n`,
  ],
  [
    'django: a typed request',
    `${DJANGO}def view(r: HttpRequest):\n    os.system(r.GET['x'])\n    return HttpResponse('')\n`,
  ],
  [
    'django: View.get',
    `${DJANGO}class Item(View):\n    def get(self, request, name):\n        os.system(name)\n        return HttpResponse('')\n`,
  ],
  [
    'django: self.request and self.kwargs',
    `${DJANGO}from django.views.generic import ListView\n\nclass Items(ListView):\n    def get_queryset(self):\n        os.system(self.request.GET['x'] + self.kwargs['y'])\n`,
  ],
  [
    'django: cleaned data of a form',
    `${DJANGO}${DJANGO_FORM}def view(request):\n    form = NameForm(request.POST)\n    if form.is_valid():\n        os.system(form.cleaned_data['name'])\n    return HttpResponse('')\n`,
  ],
  [
    'django: FormView.form_valid',
    `${DJANGO}from django.views.generic.edit import FormView\n\nclass Contact(FormView):\n    def form_valid(self, form):\n        os.system(form.cleaned_data['name'])\n        return super().form_valid(form)\n`,
  ],
  [
    'django: middleware',
    `${DJANGO}class Middleware:\n    def __init__(self, get_response):\n        self.get_response = get_response\n\n    def __call__(self, request):\n        os.system(request.GET['x'])\n        return self.get_response(request)\n`,
  ],
  [
    'django rest framework: request.data',
    `import os\nfrom rest_framework.views import APIView\nfrom rest_framework.response import Response\n\nclass Item(APIView):\n    def post(self, request, format=None):\n        os.system(request.data['x'])\n        return Response({})\n`,
  ],
  [
    'django rest framework: api_view',
    `import os\nfrom rest_framework.decorators import api_view\nfrom rest_framework.response import Response\n\n@api_view(['POST'])\ndef item(request):\n    os.system(request.data.get('x'))\n    return Response({})\n`,
  ],
  [
    'django rest framework: an action with a parameter of the route',
    `import os\nfrom rest_framework import viewsets\nfrom rest_framework.decorators import action\n\nclass Items(viewsets.ModelViewSet):\n    @action(detail=True, methods=['post'])\n    def run(self, request, pk=None):\n        os.system(request.query_params['x'])\n`,
  ],
  [
    'django rest framework: validated data',
    `import os\nfrom rest_framework import serializers\nfrom rest_framework.views import APIView\n\nclass NameSerializer(serializers.Serializer):\n    name = serializers.CharField()\n\nclass Item(APIView):\n    def post(self, request):\n        serializer = NameSerializer(data=request.data)\n        serializer.is_valid(raise_exception=True)\n        os.system(serializer.validated_data['name'])\n`,
  ],
  ['fastapi: a parameter of the path', fastapi('name: str', 'name')],
  ['fastapi: an optional parameter', fastapi('name: str, q: str | None = None', 'q')],
  ['fastapi: Optional', fastapi('q: Optional[str] = None', 'q')],
  ['fastapi: Query', fastapi('q: str = Query(...)', 'q')],
  ['fastapi: Annotated', fastapi('q: Annotated[str, Query(max_length=50)]', 'q')],
  ['fastapi: Header', fastapi('user_agent: str = Header()', 'user_agent')],
  ['fastapi: Cookie', fastapi('ads_id: Annotated[str | None, Cookie()] = None', 'ads_id')],
  ['fastapi: Form', fastapi('username: str = Form()', 'username')],
  ['fastapi: File', fastapi('data: bytes = File()', 'data.decode()')],
  ['fastapi: UploadFile.filename', fastapi('file: UploadFile', 'file.filename')],
  [
    'fastapi: UploadFile.filename with File',
    fastapi('file: UploadFile = File(...)', 'file.filename'),
  ],
  ['fastapi: UploadFile.read', fastapi('file: UploadFile', '(await file.read()).decode()')],
  ['fastapi: a list', fastapi('names: List[str] = Query(None)', 'names[0]')],
  [
    'fastapi: a model',
    fastapi('item: Item', 'item.name', 'class Item(BaseModel):\n    name: str\n'),
  ],
  [
    'fastapi: a model as a dictionary',
    fastapi('item: Item', "item.model_dump()['name']", 'class Item(BaseModel):\n    name: str\n'),
  ],
  ['fastapi: Body', fastapi('name: str = Body(..., embed=True)', 'name')],
  ['fastapi: dict', fastapi('payload: dict', "payload['x']")],
  [
    'fastapi: what a dependency returns',
    fastapi('q: str = Depends(query)', 'q', 'def query(q: str = ""):\n    return q\n'),
  ],
  [
    'fastapi: a dictionary of a dependency',
    fastapi(
      'commons: Annotated[dict, Depends(common)]',
      "commons['q']",
      'async def common(q: str | None = None, skip: int = 0):\n    return {"q": q, "skip": skip}\n',
    ),
  ],
  ...[
    "request.query_params['x']",
    "request.query_params.get('x')",
    "request.path_params['name']",
    "request.headers['x']",
    "request.cookies.get('x')",
    "(await request.json())['x']",
    '(await request.body()).decode()',
    "(await request.form())['x']",
    'request.url.path',
    'str(request.url)',
  ].flatMap((one): readonly (readonly [string, string])[] => [
    [`fastapi: ${one}`, fastapi('request: Request', one)],
    [`starlette: ${one}`, starlette(one)],
  ]),
  [
    'fastapi: request.stream',
    `${FASTAPI}@app.post('/x')\nasync def view(request: Request):\n    async for chunk in request.stream():\n        os.system(chunk.decode())\n`,
  ],
  [
    'fastapi: a websocket',
    `${FASTAPI}@app.websocket('/ws')\nasync def view(websocket: WebSocket):\n    await websocket.accept()\n    os.system(await websocket.receive_text())\n`,
  ],
  [
    'fastapi: a websocket that is read in a loop',
    `${FASTAPI}@app.websocket('/ws')\nasync def view(websocket: WebSocket):\n    async for text in websocket.iter_text():\n        os.system(text)\n`,
  ],
  [
    'starlette: HTTPEndpoint',
    `import os\nfrom starlette.endpoints import HTTPEndpoint\n\nclass Home(HTTPEndpoint):\n    async def get(self, request):\n        os.system(request.query_params['x'])\n`,
  ],
  ...[
    "request.query['x']",
    "request.rel_url.query['x']",
    "request.match_info['x']",
    "request.match_info.get('x', '')",
    "(await request.post())['x']",
    "(await request.json())['x']",
    'await request.text()',
    '(await request.read()).decode()',
    "request.headers['X']",
    "request.cookies['x']",
    'request.path',
    '(await request.content.read()).decode()',
  ].map((one) => [`aiohttp: ${one}`, aiohttp(one)] as const),
  [
    'aiohttp: a registered handler with another name of the request',
    `import os\nfrom aiohttp import web\n\nasync def view(req):\n    os.system(req.query['x'])\n    return web.Response()\n\napp = web.Application()\napp.router.add_get('/x', view)\n`,
  ],
  [
    'aiohttp: a typed request',
    `import os\nfrom aiohttp import web\n\nasync def view(req: web.Request) -> web.Response:\n    os.system(req.query['x'])\n    return web.Response()\n`,
  ],
  [
    'aiohttp: a class',
    `import os\nfrom aiohttp import web\n\nclass Item(web.View):\n    async def get(self):\n        os.system(self.request.query['x'])\n`,
  ],
  ...[
    "self.get_argument('x')",
    "self.get_arguments('x')[0]",
    "self.get_query_argument('x', '')",
    "self.get_body_argument('x')",
    'self.request.body.decode()',
    "self.request.headers['X']",
    "self.request.arguments['x'][0].decode()",
    'self.request.uri',
    'self.request.query',
    "self.request.files['f'][0]['filename']",
    "self.get_cookie('x')",
  ].map((one) => [`tornado: ${one}`, tornado(one)] as const),
  ['tornado: a parameter of the route', tornado('name', 'def get(self, name)')],
  [
    'tornado: a message',
    `import os\nimport tornado.websocket\n\nclass Echo(tornado.websocket.WebSocketHandler):\n    def on_message(self, message):\n        os.system(message)\n`,
  ],
  ...[
    'request.query.x',
    "request.query.get('x')",
    "request.forms.get('x')",
    "request.params['x']",
    "request.json['x']",
    'request.body.read().decode()',
    "request.get_header('X')",
    "request.headers['X']",
    "request.get_cookie('x')",
    "request.files.get('f').filename",
    'request.url',
  ].map((one) => [`bottle: ${one}`, bottle(one)] as const),
  [
    'bottle: a parameter of the route',
    `import os\nfrom bottle import Bottle\napp = Bottle()\n\n@app.get('/x/<name>')\ndef view(name):\n    os.system(name)\n`,
  ],
  ...[
    'self.path',
    "parse_qs(urlparse(self.path).query)['x'][0]",
    "self.headers['X']",
    "self.headers.get('X')",
    "self.rfile.read(int(self.headers['Content-Length'])).decode()",
  ].map((one) => [`http.server: ${one}`, server(one, 'do_POST')] as const),
  [
    'http.server: a method that the handler calls',
    `import os\nimport http.server\n\nclass Handler(http.server.SimpleHTTPRequestHandler):\n    def do_GET(self):\n        self.run()\n\n    def run(self):\n        os.system(self.path)\n`,
  ],
  ...[
    "request.args.get('x')",
    "request.form.get('x')",
    "request.json['x']",
    "request.headers['x']",
    "request.cookies.get('x')",
    'request.body.decode()',
    "request.files.get('f').name",
  ].map((one) => [`sanic: ${one}`, sanic(one)] as const),
  ...[
    "request.params['x']",
    "request.matchdict['x']",
    "request.GET['x']",
    "request.POST['x']",
    "request.json_body['x']",
    'request.body.decode()',
    "request.headers['X']",
    "request.cookies['x']",
  ].map((one) => [`pyramid: ${one}`, pyramid(one)] as const),
  ...[
    "req.get_param('x')",
    "req.params['x']",
    "req.media['x']",
    'req.stream.read().decode()',
    'req.bounded_stream.read().decode()',
    "req.get_header('X')",
    "req.cookies['x']",
    'req.query_string',
  ].map((one) => [`falcon: ${one}`, falcon(one)] as const),
  ['falcon: a parameter of the route', falcon('name', ', name')],
  [
    'cherrypy: a parameter of an exposed method',
    `import os\nimport cherrypy\n\nclass Root:\n    @cherrypy.expose\n    def index(self, name):\n        os.system(name)\n`,
  ],
  [
    'wsgi: the environment',
    `import os\n\ndef application(environ, start_response):\n    os.system(environ['QUERY_STRING'])\n    start_response('200 OK', [])\n    return [b'']\n`,
  ],
  [
    'cgi: fields of a form',
    `import cgi\nimport os\n\nform = cgi.FieldStorage()\nos.system(form.getvalue('x'))\n`,
  ],
  [
    'lambda: the event of a gateway',
    `import os\n\ndef handler(event, context):\n    os.system(event['queryStringParameters']['x'])\n    return {'statusCode': 200}\n`,
  ],
  [
    'socketserver: the request',
    `import os\nimport socketserver\n\nclass Handler(socketserver.BaseRequestHandler):\n    def handle(self):\n        data = self.request.recv(1024)\n        os.system(data.decode())\n`,
  ],
  [
    'websockets: messages',
    `import asyncio\nimport os\nimport websockets\n\nasync def handler(websocket):\n    async for message in websocket:\n        os.system(message)\n\nasync def main():\n    async with websockets.serve(handler, 'localhost', 8765):\n        await asyncio.Future()\n`,
  ],
  [
    'django ninja: a parameter',
    `import os\nfrom ninja import NinjaAPI\napi = NinjaAPI()\n\n@api.get('/x')\ndef item(request, name: str):\n    os.system(name)\n`,
  ],
  [
    'litestar: a parameter',
    `import os\nfrom litestar import get\n\n@get('/x/{name:str}')\nasync def item(name: str) -> str:\n    os.system(name)\n    return ''\n`,
  ],
  [
    'graphene: an argument of a resolver',
    `import graphene\nimport os\n\nclass Query(graphene.ObjectType):\n    item = graphene.String(name=graphene.String())\n\n    def resolve_item(self, info, name):\n        os.system(name)\n`,
  ],
  [
    'channels: a message',
    `import os\nfrom channels.generic.websocket import WebsocketConsumer\n\nclass Chat(WebsocketConsumer):\n    def receive(self, text_data):\n        os.system(text_data)\n`,
  ],
];

function reports(text: string): boolean {
  return sourceCode
    .detect({ path: '/a.py', bytes: Buffer.from(text) }, () => undefined)
    .some((one) => one.rule === 'code/command-injection' && one.confidence !== 'low');
}

describe('untrusted data of frameworks of Python', () => {
  it.each(UNTRUSTED)('is followed: %s', (_, text) => {
    expect(reports(text), text).toBe(true);
  });

  it.each([
    ['fastapi: a number', fastapi('name: int', 'str(name)')],
    [
      'fastapi: a choice',
      fastapi(
        'name: Name',
        'name.value',
        'from enum import Enum\n\nclass Name(str, Enum):\n    a = "a"\n',
      ),
    ],
    [
      'flask: a parameter that is a number',
      `${FLASK}@app.route('/x/<int:n>')\ndef view(n):\n    os.system('ls ' + str(n))\n`,
    ],
    ['flask: an address of the server', flask('str(request.content_length)')],
    [
      'django: a field of a form that has a validator',
      `${DJANGO}from django import forms\n\nclass NameForm(forms.Form):\n    name = forms.RegexField('^[a-z]+$')\n\ndef view(request):\n    form = NameForm(request.POST)\n    if form.is_valid():\n        os.system('ls ' + form.cleaned_data['name'])\n    return HttpResponse('')\n`,
    ],
    ['django: the method', django('request.method')],
    ['aiohttp: the application', aiohttp("request.app['x']")],
    ['tornado: settings', tornado("self.settings['x']")],
    ['sanic: the application', sanic('request.app.name')],
    ['falcon: the method', falcon('req.method')],
  ])('is not seen in %s', (_, text) => {
    expect(reports(text), text).toBe(false);
  });
});
