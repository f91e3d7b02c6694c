/**
 * Frameworks of Python: what of a request is untrusted, and which functions get requests. Sources:
 * the documentation of Flask 3.1, Django 5.2, FastAPI 0.115, Starlette 0.46, aiohttp 3.11, Tornado
 * 6.4, Bottle 0.13, Pyramid 2.0, Falcon 4.0, Sanic 24, Python 3.13 and of the libraries that the
 * names say.
 */

import {
  type DecoratorModel,
  type HandlerModel,
  type Models,
  type SourceGate,
  type SourceModel,
} from '../models.ts';
import { bitsOf } from '../value/kinds.ts';
import { rows } from '../rows.ts';
import type { Confidence } from '../../../core/model/rule/rule-finding.ts';
import { HTTP_METHODS, MESSAGE_METHODS, ROUTE } from './handlers.ts';

type Rows<T> = readonly (readonly [string, T])[];
type RowsOf<K extends 'handlerTypes'> =
  NonNullable<Models[K]> extends ReadonlyMap<string, infer T> ? Rows<T> : never;

/** Classes of views, whose instances have the request. */
const VIEW_CLASSES = [
  ...'View TemplateView RedirectView ListView DetailView FormView CreateView UpdateView DeleteView ArchiveIndexView'
    .split(' ')
    .flatMap((name) => [
      `django.views.generic.${name}`,
      `django.views.generic.base.${name}`,
      `django.views.generic.list.${name}`,
      `django.views.generic.detail.${name}`,
      `django.views.generic.edit.${name}`,
    ]),
  ...['django.views.View', 'rest_framework.views.APIView'],
  ...'GenericAPIView ListAPIView CreateAPIView RetrieveAPIView ListCreateAPIView DestroyAPIView UpdateAPIView RetrieveUpdateAPIView RetrieveUpdateDestroyAPIView RetrieveDestroyAPIView'
    .split(' ')
    .map((name) => `rest_framework.generics.${name}`),
  ...'ViewSet GenericViewSet ModelViewSet ReadOnlyModelViewSet'
    .split(' ')
    .map((name) => `rest_framework.viewsets.${name}`),
].map((name) => `${name}()`);

const HTTP_SERVERS = [
  'http.server.BaseHTTPRequestHandler()',
  'http.server.SimpleHTTPRequestHandler()',
];

/** Types of the objects of frameworks. */
export const FRAMEWORK_TYPES: Rows<string> = [
  ...rows('flask:App', 'flask.Flask() flask.Blueprint() quart.Quart() quart.Blueprint()'),
  ...rows(
    'flask:Request',
    'flask.request quart.request flask.globals.request flask.Request werkzeug.Request werkzeug.wrappers.Request werkzeug.Request() werkzeug.wrappers.Request()',
  ),
  ...rows('fastapi:App', 'fastapi.FastAPI() fastapi.APIRouter() fastapi.routing.APIRouter()'),
  ...rows(
    'starlette:Request',
    'fastapi.Request starlette.requests.Request fastapi.requests.Request fastapi.WebSocket starlette.websockets.WebSocket fastapi.websockets.WebSocket',
  ),
  ...rows(
    'django:Request',
    'django.http.HttpRequest django.http.request.HttpRequest django.core.handlers.wsgi.WSGIRequest rest_framework.request.Request',
  ),
  ...rows('django:Request', VIEW_CLASSES.map((name) => `${name}.request`).join(' ')),
  ...rows(
    'aiohttp:Request',
    'aiohttp.web.Request aiohttp.web.View().request aiohttp.web.BaseRequest',
  ),
  ...rows('aiohttp:Routes', 'aiohttp.web.RouteTableDef() aiohttp.web.Application().router'),
  ...rows('http:Server', HTTP_SERVERS.join(' ')),
  ...rows(
    'tornado:Request',
    'tornado.web.RequestHandler().request tornado.websocket.WebSocketHandler().request',
  ),
  ...rows('bottle:Request', 'bottle.request bottle.BaseRequest() bottle.LocalRequest()'),
  ...rows('bottle:App', 'bottle.Bottle() bottle.default_app() bottle.app()'),
  ...rows('sanic:App', 'sanic.Sanic() sanic.Blueprint() sanic.blueprints.Blueprint()'),
  ...rows('sanic:Request', 'sanic.Request sanic.request.Request'),
  ...rows('pyramid:Request', 'pyramid.request.Request webob.Request() webob.Request'),
  ...rows('falcon:Request', 'falcon.Request falcon.asgi.Request'),
  ...rows('ninja:App', 'ninja.NinjaAPI() ninja.Router()'),
  ...rows(
    'strawberry:Field',
    'strawberry.field strawberry.mutation strawberry.type.field strawberry.subscription',
  ),
];

const FLASK_MEMBERS =
  'args form values json data files cookies headers url full_path path query_string view_args base_url host referrer user_agent stream environ mimetype authorization remote_user origin host_url root_url content_type access_route';
const DJANGO_MEMBERS =
  'GET POST COOKIES META FILES headers body path path_info query_params data raw_post_data encoding session_data content_type resolver_match';
const STARLETTE_MEMBERS = 'query_params path_params headers cookies url';

function remote(label: string, confidence: Confidence = 'high'): SourceModel {
  return { label, confidence };
}

/**
 * Members that a link on another site does not choose, or that lead to the same page again.
 * Werkzeug and Django make paths begin with a single slash.
 */
const OWN_SITE: ReadonlySet<string> = new Set(
  'headers cookies COOKIES META url full_path path path_info fullpath base_url host host_url root_url referrer referer origin user_agent environ authorization remote_user get_full_path build_absolute_uri get_host get_raw_uri get_header get_cookie full_url'.split(
    ' ',
  ),
);

function model(name: string, label: string, confidence: Confidence): SourceModel {
  // Django takes the last part of the names of uploaded files.
  const clears =
    (name === 'FILES' ? bitsOf('path') : 0) |
    (OWN_SITE.has(name) ? bitsOf('redirect') : 0) |
    // The whole address of a request leads to the server that gets it.
    (/^(?:url|base_url|full_url|host_url|root_url)$/u.test(name) ? bitsOf('url') : 0) |
    // Django encodes these for addresses.
    (/^(?:get_full_path|build_absolute_uri)$/u.test(name) ? bitsOf('html') : 0);
  return { ...remote(label, confidence), clears };
}

function members(type: string, names: string, confidence: Confidence = 'high'): Rows<SourceModel> {
  return names
    .split(' ')
    .map((name) => [`${type}.${name}`, model(name, `request.${name}`, confidence)] as const);
}

function calls(type: string, names: string, confidence: Confidence = 'high'): Rows<SourceModel> {
  return names
    .split(' ')
    .map((name) => [`${type}.${name}()`, model(name, `request.${name}()`, confidence)] as const);
}

/** Kinds of fields whose data is any text. */
const TEXT_FIELDS =
  'StringField TextAreaField PasswordField HiddenField SearchField URLField EmailField TelField FileField MultipleFileField';

/** Forms and serializers that allow less than any text. */
const VALIDATED =
  /\bvalidators\s*=|\b(?:Regex|Choice|Slug|UUID|IPAddress)\w*Field\(|\bdef (?:clean|validate)_\w+\(/u;

/** Untrusted data. */
export const SOURCES: Rows<SourceModel> = [
  ...members('flask:Request', FLASK_MEMBERS),
  ...calls('flask:Request', 'get_json get_data'),
  ...members('django:Request', DJANGO_MEMBERS),
  ...calls('django:Request', 'get_full_path build_absolute_uri read readline get_host get_raw_uri'),
  ...rows(
    remote('a parameter of the route'),
    `${VIEW_CLASSES.flatMap((name) => [`${name}.kwargs`, `${name}.args`]).join(' ')} route:Parameter`,
  ),
  // Data that is checked for its form alone.
  ...rows({ ...remote('data of a form', 'medium'), unless: VALIDATED }, '*.cleaned_data'),
  ...rows({ ...remote('data of a request', 'medium'), unless: VALIDATED }, '*.validated_data'),
  ...rows(
    remote('data of a form'),
    TEXT_FIELDS.split(' ')
      .flatMap((name) =>
        ['wtforms', 'wtforms.fields', 'flask_wtf.file'].map((module) => `${module}.${name}().data`),
      )
      .join(' '),
  ),
  ...rows(
    remote('arguments of the request'),
    ['flask_restful', 'flask_restx']
      .flatMap((name) => [
        `${name}.reqparse.RequestParser().parse_args()`,
        `${name}.reqparse.RequestParser().parse_args()`,
      ])
      .join(' '),
  ),
  ...rows(remote('the path of the request'), 'http:Server.path http:Server.requestline'),
  ...rows(remote('headers of the request'), 'http:Server.headers'),
  ...rows(remote('the body of the request'), 'http:Server.rfile'),
  ...members(
    'guess:Request',
    `${DJANGO_MEMBERS} args form values json files cookies query match_info rel_url params matchdict json_body path_params url`,
    'medium',
  ),
  ...calls('guess:Request', 'post text json form read body get_json get_full_path', 'medium'),
  ...rows(remote('request.content', 'medium'), 'guess:Request.content.read()'),
  ...members('starlette:Request', STARLETTE_MEMBERS),
  ...calls(
    'starlette:Request',
    'json body form stream receive_text receive_json receive_bytes iter_text iter_json iter_bytes',
  ),
  ...members(
    'aiohttp:Request',
    'query query_string match_info headers cookies rel_url path path_qs raw_path',
  ),
  ...calls(
    'aiohttp:Request',
    'post json text read multipart content.read content.readline content.readany',
  ),
  ...rows(
    remote('an argument of the request', 'medium'),
    [
      'get_argument',
      'get_arguments',
      'get_query_argument',
      'get_query_arguments',
      'get_body_argument',
      'get_body_arguments',
    ]
      .map((name) => `*.${name}()`)
      .join(' '),
  ),
  ...members(
    'tornado:Request',
    'body headers arguments query_arguments body_arguments uri path query files cookies full_url host',
  ),
  ...rows(
    remote('a cookie'),
    'tornado.web.RequestHandler().get_cookie() tornado.websocket.WebSocketHandler().get_cookie()',
  ),
  ...rows(
    remote('a parameter of the route'),
    'tornado.web.RequestHandler().path_args tornado.web.RequestHandler().path_kwargs',
  ),
  ...members(
    'bottle:Request',
    'query forms params GET POST json body headers cookies files url path fullpath query_string environ urlparts',
  ),
  ...calls('bottle:Request', 'get_header get_cookie'),
  ...members(
    'sanic:Request',
    'args form json files headers cookies body query_args query_string path url raw_url match_info token',
  ),
  ...calls('sanic:Request', 'get_args get_form get_query_args'),
  ...members(
    'pyramid:Request',
    'params matchdict GET POST json_body json body text headers cookies path url query_string environ referer',
  ),
  ...members(
    'falcon:Request',
    'params media stream bounded_stream headers cookies query_string uri url path relative_uri referer user_agent context_body',
  ),
  ...calls(
    'falcon:Request',
    'get_param get_param_as_list get_param_as_json get_header get_media get_cookie_values',
  ),
  ...members('azure.functions.HttpRequest', 'params headers route_params form files url'),
  ...calls('azure.functions.HttpRequest', 'get_json get_body'),
  ...rows(remote('the environment of the request', 'medium'), 'wsgi:Environ'),
  ...rows(remote('the event', 'medium'), 'lambda:Event'),
  ...rows(remote('fields of the request'), 'cgi.FieldStorage()'),
  ...rows(
    remote('a message of the client'),
    'socketserver.BaseRequestHandler().request.recv() socketserver.StreamRequestHandler().rfile socketserver.BaseRequestHandler().request.0 socket.socket().accept().0.recv() websocket:Connection websocket:Connection.recv()',
  ),
  ...rows(
    remote('a message of the client'),
    'asyncio:Reader.read() asyncio:Reader.readline() asyncio:Reader.readexactly() asyncio:Reader.readuntil()',
  ),
  ...rows(remote('arguments of the command line', 'low'), 'sys.argv'),
  ...rows(
    remote('input of the terminal', 'low'),
    'input() raw_input() sys.stdin.read() sys.stdin.readline() sys.stdin.readlines() sys.stdin',
  ),
];

const VERBS = 'get post put delete patch options head'.split(' ');

function of(types: string, names: readonly string[]): string {
  return types
    .split(' ')
    .flatMap((type) => names.map((name) => `${type}.${name}`))
    .join(' ');
}

/** Decorators of handlers. */
export const DECORATORS: Rows<DecoratorModel> = [
  ...rows(ROUTE, of('flask:App', [...VERBS, 'route', 'websocket'])),
  ...rows(
    ROUTE,
    of('fastapi:App', [...VERBS, 'api_route', 'websocket', 'route', 'websocket_route']),
  ),
  ...rows(ROUTE, of('bottle:App bottle', [...VERBS, 'route', 'error'])),
  ...rows(
    { ...ROUTE, parameters: ['aiohttp:Request'] },
    of('aiohttp:Routes', [...VERBS, 'route', 'view']),
  ),
  ...rows(
    { ...ROUTE, parameters: ['sanic:Request'] },
    of('sanic:App', [...VERBS, 'route', 'websocket']),
  ),
  ...rows(
    { ...ROUTE, parameters: ['pyramid:Request'] },
    'pyramid.view.view_config cornice.resource.view',
  ),
  ...rows(
    { ...ROUTE, parameters: ['django:Request'] },
    of('ninja:App', [...VERBS, 'api_operation']),
  ),
  ...rows({ ...ROUTE, parameters: ['flask:Request'] }, 'functions_framework.http'),
  ...rows(ROUTE, of('litestar starlite', VERBS)),
  ...rows(
    { ...ROUTE, label: 'an argument of the request' },
    'cherrypy.expose webargs.flaskparser.use_args webargs.flaskparser.use_kwargs',
  ),
  ...rows(
    { taintsParameters: true, label: 'data of an event' },
    'flask_socketio.SocketIO().on flask_socketio.SocketIO().event socketio.Server().on socketio.AsyncServer().on socketio.Server().event socketio.AsyncServer().event',
  ),
  ...rows({ taintsParameters: true, label: 'an argument of a query' }, 'strawberry:Field'),
  ...rows(
    { ...ROUTE, parameters: ['django:Request'] },
    'rest_framework.decorators.api_view django.views.decorators.http.require_http_methods django.views.decorators.http.require_GET django.views.decorators.http.require_POST django.views.decorators.csrf.csrf_exempt django.contrib.auth.decorators.login_required',
  ),
];

const PARAMETERS = Array.from({ length: 6 }, () => 'route:Parameter');

/** Functions that frameworks call, by the calls that register them. */
export const HANDLERS: Rows<HandlerModel> = [
  ...rows(PARAMETERS, 'flask:App.add_url_rule fastapi:App.add_api_route'),
  ...rows(
    ['django:Request', ...PARAMETERS],
    'django.urls.path django.urls.re_path django.conf.urls.url django.conf.urls.path',
  ),
  ...rows(
    ['starlette:Request'],
    'starlette.routing.Route starlette.routing.WebSocketRoute starlette.applications.Starlette().add_route',
  ),
  ...rows(
    ['aiohttp:Request'],
    `${of(
      'aiohttp:Routes',
      VERBS.map((name) => `add_${name}`),
    )} aiohttp:Routes.add_route ${of('aiohttp.web', [...VERBS, 'route'])}`,
  ),
  ...rows(['sanic:Request', ...PARAMETERS], 'sanic:App.add_route'),
  ...rows(
    ['websocket:Connection'],
    'websockets.serve websockets.server.serve websockets.asyncio.server.serve websockets.sync.server.serve',
  ),
  ...rows(['asyncio:Reader'], 'asyncio.start_server asyncio.start_unix_server'),
];

/** Classes whose methods a framework calls, by the instance. */
export const HANDLER_TYPES: RowsOf<'handlerTypes'> = [
  ...rows(
    { ...ROUTE, names: HTTP_METHODS, ref: 'flask:App.route' },
    'flask.views.MethodView() flask_restful.Resource() flask.views.View() quart.views.MethodView() flask_restx.Resource()',
  ),
  ...rows({ ...ROUTE, names: HTTP_METHODS, ref: 'handler' }, 'tornado.web.RequestHandler()'),
  ...rows(
    { taintsParameters: true, label: 'a message', names: MESSAGE_METHODS, ref: 'handler' },
    `tornado.websocket.WebSocketHandler() starlette.endpoints.WebSocketEndpoint() ${of(
      'channels.generic.websocket',
      [
        'WebsocketConsumer()',
        'AsyncWebsocketConsumer()',
        'JsonWebsocketConsumer()',
        'AsyncJsonWebsocketConsumer()',
      ],
    )}`,
  ),
];

/** What the words of a file say about untrusted data in it. */
export const GATES: readonly SourceGate[] = [
  {
    confidence: 'high',
    roots:
      'request Request HttpRequest WebSocket FastAPI APIRouter Flask flask Quart Blueprint BaseHTTPRequestHandler SimpleHTTPRequestHandler MethodView APIView ListView DetailView RequestHandler WebSocketHandler RequestParser bottle Bottle cherrypy litestar NinjaAPI strawberry FieldStorage BaseRequestHandler StreamRequestHandler WebsocketConsumer AsyncWebsocketConsumer JsonWebsocketConsumer AsyncJsonWebsocketConsumer HTTPEndpoint WebSocketEndpoint start_server SocketIO wtforms urlpatterns view_config functions_framework graphene'.split(
        ' ',
      ),
  },
  { confidence: 'high', roots: ['aiohttp', 'starlette'], members: ['web', 'Route', 'endpoints'] },
  { confidence: 'high', roots: ['websockets'], members: ['serve'] },
  { confidence: 'high', roots: ['accept'], members: ['socket'] },
  {
    confidence: 'medium',
    roots:
      'get_argument get_arguments get_query_argument get_body_argument cleaned_data validated_data start_response queryStringParameters pathParameters rawQueryString'.split(
        ' ',
      ),
  },
  { confidence: 'medium', roots: ['req'], members: ['resp'] },
  { confidence: 'medium', roots: ['event'], members: ['lambda_handler'] },
  { confidence: 'low', roots: 'argv input raw_input stdin'.split(' ') },
];

/**
 * Words of sources beside those of the gates: a function with untrusted data has one of all, unless
 * it is registered.
 */
export const SOURCE_WORDS =
  'rfile kwargs parse_args recv websocket reader environ form get_cookie'.split(' ');
