/**
 * What is known of the libraries of Python. Sources: the documentation of Python 3.13, Flask 3.1, Django 5.2, FastAPI 0.115 and of the
 * libraries that the names say.
 */

import type { FunctionCode } from '../form.ts';
import { bitsOf } from '../kinds.ts';
import {
  ALL_KINDS,
  type DecoratorModel,
  type Models,
  type PassModel,
  type SourceGate,
  type SourceModel,
} from '../models.ts';
import { guard, rows } from '../rows.ts';
import { GUARDS, PARTS, RESOLVED } from './guards.ts';
import type { Confidence } from '../../model/rule-finding.ts';

function remote(label: string, confidence: Confidence = 'high'): SourceModel {
  return { label, confidence };
}

const FLASK_MEMBERS =
  'args form values json data files cookies headers url full_path path query_string view_args base_url host referrer user_agent stream environ mimetype authorization remote_user';
const DJANGO_MEMBERS =
  'GET POST COOKIES META FILES headers body path path_info query_params data raw_post_data encoding session_data';
const STARLETTE_MEMBERS = 'query_params path_params headers cookies url';

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

const TYPES: readonly (readonly [string, string])[] = [
  ...rows('flask:App', 'flask.Flask() flask.Blueprint() quart.Quart() quart.Blueprint()'),
  ...rows('flask:Request', 'flask.request quart.request flask.globals.request'),
  ...rows('fastapi:App', 'fastapi.FastAPI() fastapi.APIRouter() fastapi.routing.APIRouter()'),
  ...rows(
    'starlette:Request',
    'fastapi.Request starlette.requests.Request fastapi.requests.Request fastapi.WebSocket',
  ),
  ...rows(
    'django:Request',
    'django.http.HttpRequest django.http.request.HttpRequest rest_framework.request.Request',
  ),
  ...rows(
    'sql:Connection',
    'sqlite3.connect() psycopg2.connect() psycopg.connect() pymysql.connect() MySQLdb.connect() mysql.connector.connect() cx_Oracle.connect() oracledb.connect() pyodbc.connect() aiosqlite.connect() asyncpg.connect() asyncpg.create_pool() sqlalchemy.create_engine().connect() sqlalchemy.create_engine().begin() sqlalchemy.orm.sessionmaker()() sqlalchemy.orm.Session() sqlalchemy.orm.session.Session() flask_sqlalchemy.SQLAlchemy().session',
  ),
  ...rows(
    'sql:Cursor',
    'sql:Connection.cursor() django.db.connection.cursor() django.db.connections[].cursor() *.cursor()',
  ),
  ...rows(
    'mongo:Collection',
    'pymongo.MongoClient()[][] pymongo.MongoClient().db.collection pymongo.MongoClient().get_database().get_collection() pymongo.MongoClient().get_default_database().get_collection()',
  ),
  ...rows('ldap:Connection', 'ldap.initialize() ldap3.Connection()'),
  ...rows('jinja:Environment', 'jinja2.Environment()'),
  ...rows(
    'requests',
    'requests.Session() requests.session() requests.sessions.Session() httpx.Client() httpx.AsyncClient() httpx aiohttp.ClientSession() aiohttp.client.ClientSession() requests_html.HTMLSession() requests.Client() requests.AsyncClient()',
  ),
  ...rows('logging.getLogger()', 'loguru.logger structlog.get_logger() structlog.getLogger()'),
  ...rows('ssl:Context', 'ssl.create_default_context() ssl.SSLContext()'),
  ...rows('subprocess', 'subprocess32'),
  ...rows('django:Request', VIEW_CLASSES.map((name) => `${name}.request`).join(' ')),
  ...rows('aiohttp:Request', 'aiohttp.web.Request aiohttp.web.View().request'),
  ...rows('http:Server', HTTP_SERVERS.join(' ')),
  ...rows('tarfile.open()', 'tarfile.TarFile() tarfile.TarFile.open()'),
];

function members(
  type: string,
  names: string,
  confidence: Confidence = 'high',
): readonly (readonly [string, SourceModel])[] {
  return names
    .split(' ')
    .map((name) => [`${type}.${name}`, remote(`request.${name}`, confidence)] as const);
}

const SOURCES: readonly (readonly [string, SourceModel])[] = [
  ...members('flask:Request', FLASK_MEMBERS),
  ...['get_json', 'get_data'].map(
    (name) => [`flask:Request.${name}()`, remote(`request.${name}()`)] as const,
  ),
  ...members('django:Request', DJANGO_MEMBERS),
  ...['get_full_path', 'build_absolute_uri', 'read', 'readline', 'get_host', 'get_raw_uri'].map(
    (name) => [`django:Request.${name}()`, remote(`request.${name}()`)] as const,
  ),
  ...rows(
    remote('a parameter of the route'),
    VIEW_CLASSES.flatMap((name) => [`${name}.kwargs`, `${name}.args`]).join(' '),
  ),
  ...rows(remote('the path of the request'), 'http:Server.path http:Server.requestline'),
  ...rows(remote('headers of the request'), 'http:Server.headers'),
  ...rows(remote('the body of the request'), 'http:Server.rfile'),
  ...members(
    'guess:Request',
    `${DJANGO_MEMBERS} args form values json files cookies query match_info rel_url`,
    'medium',
  ),
  ...rows(
    remote('request', 'medium'),
    'guess:Request.post() guess:Request.text() guess:Request.get_json() guess:Request.get_full_path()',
  ),
  ...members('starlette:Request', STARLETTE_MEMBERS),
  ...['json', 'body', 'form', 'stream', 'receive_text', 'receive_json', 'receive_bytes'].map(
    (name) => [`starlette:Request.${name}()`, remote(`request.${name}()`)] as const,
  ),
  ...rows(
    remote('an argument of the request', 'medium'),
    '*.get_argument() *.get_query_argument() *.get_body_argument()',
  ),
  ...rows(
    remote('a request', 'high'),
    'aiohttp:Request.query aiohttp:Request.query_string aiohttp:Request.match_info aiohttp:Request.headers aiohttp:Request.cookies aiohttp:Request.rel_url aiohttp:Request.post() aiohttp:Request.json() aiohttp:Request.text() aiohttp:Request.read()',
  ),
  ...rows(remote('arguments of the command line', 'low'), 'sys.argv'),
  ...rows(
    remote('input of the terminal', 'low'),
    'input() raw_input() sys.stdin.read() sys.stdin.readline() sys.stdin.readlines() sys.stdin',
  ),
];

const NUMBERS =
  'int float bool len complex ord isinstance issubclass hasattr callable abs round sum hash id any all uuid.UUID decimal.Decimal datetime.datetime.strptime datetime.date.fromisoformat datetime.datetime.fromisoformat ipaddress.ip_address bson.ObjectId bson.objectid.ObjectId';
const DIGESTS =
  '*.hexdigest *.digest werkzeug.security.generate_password_hash werkzeug.security.check_password_hash django.contrib.auth.hashers.make_password bcrypt.hashpw flask.jsonify django.http.JsonResponse fastapi.responses.JSONResponse hmac.compare_digest secrets.token_hex';

const CLEARS: readonly (readonly [string, number])[] = [
  ...rows(ALL_KINDS, `${NUMBERS} ${DIGESTS}`),
  ...rows(bitsOf('command'), 'shlex.quote pipes.quote'),
  ...rows(
    bitsOf('html'),
    'flask.redirect quart.redirect flask.url_for html.escape markupsafe.escape markupsafe.Markup.escape markupsafe.Markup().format flask.Markup().format jinja:Escaping.get_template().render jinja:Escaping.from_string().render flask.escape cgi.escape django.utils.html.escape django.utils.html.conditional_escape bleach.clean nh3.clean xml.sax.saxutils.escape werkzeug.utils.escape django.utils.html.strip_tags jinja2.escape django.utils.html.format_html flask.render_template flask.render_template_string quart.render_template quart.render_template_string django.shortcuts.render django.template.loader.render_to_string',
  ),
  // They build a path of the own site and encode its parameters. With `_external`, the host is that of the request.
  ...rows(
    bitsOf('html', 'header', 'redirect'),
    'flask.url_for quart.url_for flask_security.url_for_security flask_security.utils.url_for_security django.urls.reverse django.urls.reverse_lazy django.shortcuts.reverse',
  ),
  ...rows(bitsOf('header', 'log'), 'json.dumps repr ascii'),
  ...rows(
    bitsOf('html', 'header', 'redirect', 'url', 'xpath', 'ldap', 'log'),
    'urllib.parse.quote_plus urllib.parse.urlencode',
  ),
  ...rows(
    bitsOf('html', 'header', 'xpath', 'ldap', 'log'),
    'urllib.parse.quote django.utils.http.urlquote',
  ),
  ...rows(
    bitsOf('path'),
    'os.path.basename *.relative_to werkzeug.utils.secure_filename django.utils.text.get_valid_filename werkzeug.secure_filename ntpath.basename',
  ),
  ...rows(
    bitsOf('path'),
    'werkzeug.utils.safe_join werkzeug.security.safe_join flask.safe_join django.utils._os.safe_join',
  ),
  ...rows(bitsOf('regex'), 're.escape regex.escape'),
  ...rows(
    bitsOf('ldap'),
    'ldap.filter.escape_filter_chars ldap.dn.escape_dn_chars ldap3.utils.conv.escape_filter_chars ldap3.utils.dn.escape_rdn',
  ),
  ...rows(bitsOf('nosql'), 'str bson.json_util.dumps'),
  ...rows(
    bitsOf('sql'),
    '*.escape_string *.mogrify psycopg2.extensions.quote_ident psycopg2.sql.Identifier psycopg2.sql.Literal sqlalchemy.bindparam',
  ),
];

/** Methods of classes of views get the parameters of the route. */
const HTTP_METHODS = /^(?:get|post|put|patch|delete|head|options)$/u;

const ROUTE: DecoratorModel = { taintsParameters: true, label: 'a parameter of the route' };

const DECORATORS: readonly (readonly [string, DecoratorModel])[] = [
  ...['route', 'get', 'post', 'put', 'delete', 'patch'].map(
    (name) => [`flask:App.${name}`, ROUTE] as const,
  ),
  ...[
    'get',
    'post',
    'put',
    'delete',
    'patch',
    'options',
    'head',
    'api_route',
    'websocket',
    'route',
  ].map((name) => [`fastapi:App.${name}`, ROUTE] as const),
  ...rows(
    { ...ROUTE, parameters: ['django:Request'] },
    'rest_framework.decorators.api_view django.views.decorators.http.require_http_methods django.views.decorators.http.require_GET django.views.decorators.http.require_POST django.views.decorators.csrf.csrf_exempt django.contrib.auth.decorators.login_required',
  ),
];

const GATES: readonly SourceGate[] = [
  {
    confidence: 'high',
    roots:
      'request Request WebSocket FastAPI APIRouter Flask flask Quart Blueprint BaseHTTPRequestHandler SimpleHTTPRequestHandler MethodView APIView ListView DetailView'.split(
        ' ',
      ),
  },
  { confidence: 'medium', roots: 'get_argument get_query_argument get_body_argument'.split(' ') },
  { confidence: 'low', roots: 'argv input raw_input stdin'.split(' ') },
];

const DJANGO_METHOD = /^(?:get|post|put|patch|delete|head|options|dispatch)$/u;

/** Fixtures of pytest have a parameter `request` that is no request. */
function isFixture({ decorators }: FunctionCode): boolean {
  return decorators.some((one) => {
    const callee = one.kind === 'call' ? one.callee : one;
    return (
      (callee.kind === 'symbol' && /^pytest(?:_\w+)?\.fixture$/u.test(callee.ref)) ||
      (callee.kind === 'member' && callee.name === 'fixture')
    );
  });
}

function nameOf(code: FunctionCode, index: number): string {
  const target = code.parameters[index]?.target;
  return target?.kind === 'variable' ? target.name : '';
}

/** All that is known of Python. */
export const PYTHON_MODELS: Models = {
  types: new Map(TYPES),
  sources: new Map(SOURCES),
  passes: new Map<string, PassModel>([
    ...rows(
      0,
      'asyncio.run asyncio.gather asyncio.create_task asyncio.wait_for copy.copy copy.deepcopy list tuple set frozenset sorted reversed dict iter next typing.cast asyncio.ensure_future contextlib.closing asgiref.sync.sync_to_async',
    ),
    ...rows(1, 'typing.cast'),
    ...rows('object' as const, '*.encode'),
    ...rows(0, 'functools.partial functools.lru_cache functools.cache'),
  ]),
  containers: new Map([
    ...rows('map' as const, 'dict collections.OrderedDict collections.defaultdict'),
    ...rows('list' as const, 'list set tuple collections.deque'),
  ]),
  clears: new Map(CLEARS),
  decodes: new Map([
    ...rows(
      bitsOf('nosql', 'fields'),
      'urllib.parse.unquote urllib.parse.unquote_plus urllib.parse.unquote_to_bytes html.unescape xml.sax.saxutils.unescape base64.b64decode base64.standard_b64decode base64.urlsafe_b64decode base64.b32decode base64.b16decode base64.b85decode base64.a85decode bytes.fromhex bytearray.fromhex binascii.unhexlify binascii.a2b_hex binascii.a2b_base64 codecs.decode',
    ),
    ...rows(
      0,
      'json.loads yaml.safe_load yaml.load urllib.parse.parse_qs urllib.parse.parse_qsl ast.literal_eval',
    ),
  ]),
  guards: new Map(GUARDS),
  parts: PARTS,
  asserts: new Map([
    [
      '*.relative_to',
      guard('object', bitsOf('path'), { limits: [{ bits: bitsOf('path'), ref: RESOLVED }] }),
    ],
  ]),
  ends: new Set(
    'flask.abort quart.abort werkzeug.exceptions.abort bottle.abort sys.exit exit quit os._exit os.abort'.split(
      ' ',
    ),
  ),
  mapping: new Set(['map']),
  variants: new Map([
    [
      'lxml.etree.XMLParser',
      { argument: 'resolve_entities', value: false, type: 'lxml:SafeParser' },
    ],
    [
      'jinja2.Environment',
      {
        ...{ argument: 'autoescape', value: true, ref: 'jinja2.select_autoescape()' },
        type: 'jinja:Escaping',
      },
    ],
  ]),
  handlerTypes: new Map(
    rows(
      { ...ROUTE, names: HTTP_METHODS, ref: 'flask:App.route' },
      'flask.views.MethodView() flask_restful.Resource() flask.views.View() quart.views.MethodView() flask_restx.Resource()',
    ),
  ),
  handlers: new Map(),
  decorators: new Map(DECORATORS),
  plain: new Set(
    'count index find rfind startswith endswith isdigit isalnum isalpha isdecimal isnumeric isspace islower isupper exists is_file is_dir status_code ok'.split(
      ' ',
    ),
  ),
  mutators: new Set(
    'append extend add update insert write writelines setdefault appendleft put'.split(' '),
  ),
  plainTypes: new Set(
    'int float bool uuid.UUID datetime.date datetime.datetime decimal.Decimal'.split(' '),
  ),
  sourceWords: new Set([...GATES.flatMap(({ roots }) => roots), 'Request', 'rfile', 'kwargs']),
  gates: GATES,
  guessParameter(code, index) {
    const first = nameOf(code, 0);
    if (first === 'request' && index === 0) return isFixture(code) ? undefined : 'guess:Request';
    if (first === 'self' && nameOf(code, 1) === 'request' && index === 1) return 'guess:Request';
    return undefined;
  },
  mayBeMethod(code) {
    return (
      nameOf(code, 0) === 'self' &&
      (/^do_[A-Z]+$/u.test(code.name) ||
        (HTTP_METHODS.test(code.name) && code.parameters.length > 1))
    );
  },
  isHandler(code) {
    const first = nameOf(code, 0);
    const isMethod =
      first === 'self' && DJANGO_METHOD.test(code.name) && nameOf(code, 1) === 'request';
    const isView = first === 'request' && code.parameters.length > 1 && !isFixture(code);
    if (!isMethod && !isView) return undefined;
    return { taintsParameters: true, label: 'a parameter of the route' };
  },
};
