/**
 * What is known of the libraries of Python. Sources: the documentation of Python 3.13, Flask 3.1,
 * Django 5.2, FastAPI 0.115 and of the libraries that the names say.
 */

import { bitsOf } from '../value/kinds.ts';
import { ALL_KINDS, type Models, type PassModel } from '../models.ts';
import { guard, rows } from '../rows.ts';
import { OWN_ADDRESS } from '../value/value.ts';
import { APPLIERS } from './appliers.ts';
import { CHECKS, GUARDS, PARTS, RESOLVED } from './guards.ts';
import { guessParameter, isHandler, mayBeMethod } from './handlers.ts';
import {
  DECORATORS,
  FRAMEWORK_TYPES,
  GATES,
  HANDLER_TYPES,
  HANDLERS,
  SOURCE_WORDS,
  SOURCES,
} from './sources.ts';

const TYPES: readonly (readonly [string, string])[] = [
  ...FRAMEWORK_TYPES,
  ...rows(
    'sql:Connection',
    'sqlite3.connect() psycopg2.connect() psycopg.connect() pymysql.connect() MySQLdb.connect() mysql.connector.connect() cx_Oracle.connect() oracledb.connect() pyodbc.connect() pymssql.connect() duckdb.connect() psycopg.AsyncConnection.connect() psycopg_pool.ConnectionPool().connection() psycopg_pool.AsyncConnectionPool().connection() psycopg2.pool.SimpleConnectionPool().getconn() aiomysql.connect() aiopg.connect() databases.Database() sqlalchemy.ext.asyncio.AsyncSession() sqlalchemy.ext.asyncio.create_async_engine() sqlalchemy.create_engine() flask_sqlalchemy.SQLAlchemy().engine aiosqlite.connect() asyncpg.connect() asyncpg.create_pool() sql:Connection.connect() sql:Connection.begin() sql:Connection.acquire() sqlalchemy.orm.sessionmaker()() sqlalchemy.orm.Session() sqlalchemy.orm.session.Session() flask_sqlalchemy.SQLAlchemy().session',
  ),
  ...rows(
    'sql:Cursor',
    'sql:Connection.cursor() django.db.connection.cursor() django.db.connections[].cursor() *.cursor()',
  ),
  ...rows(
    'mongo:Collection',
    'pymongo.MongoClient()[][] pymongo.MongoClient().db.collection pymongo.MongoClient().get_database().get_collection() pymongo.MongoClient().get_default_database().get_collection()',
  ),
  ...rows(
    'mongo:Collection',
    'motor.motor_asyncio.AsyncIOMotorClient()[][] motor.motor_asyncio.AsyncIOMotorClient().db.collection pymongo.AsyncMongoClient()[][] flask_pymongo.PyMongo().db.collection',
  ),
  ...rows(
    'mongo:Database',
    'pymongo.MongoClient()[] pymongo.MongoClient().get_database() pymongo.MongoClient().get_default_database()',
  ),
  ...rows('ldap:Connection', 'ldap.initialize() ldap3.Connection()'),
  ...rows(
    'jinja:Environment',
    'jinja2.Environment() jinja2.environment.Environment() jinja2.nativetypes.NativeEnvironment() jinja2.sandbox.SandboxedEnvironment() flask:App.jinja_env flask.current_app.jinja_env',
  ),
  ...rows(
    'django:Templates',
    'django.template.engines[] django.template.engines.django django.template.Engine() django.template.Engine.get_default()',
  ),
  ...rows(
    'requests',
    'requests.Session() requests.session() requests.sessions.Session() httpx.Client() httpx.AsyncClient() httpx aiohttp.ClientSession() aiohttp.client.ClientSession() requests_html.HTMLSession() requests.Client() requests.AsyncClient()',
  ),
  ...rows('logging.getLogger()', 'loguru.logger structlog.get_logger() structlog.getLogger()'),
  ...rows('ssl:Context', 'ssl.create_default_context() ssl.SSLContext()'),
  ...rows('subprocess', 'subprocess32'),
  ...rows('tarfile.open()', 'tarfile.TarFile() tarfile.TarFile.open()'),
];

const NUMBERS =
  'int float bool len complex ord isinstance issubclass hasattr callable abs round sum hash id any all uuid.UUID decimal.Decimal datetime.datetime.strptime datetime.date.fromisoformat datetime.datetime.fromisoformat ipaddress.ip_address bson.ObjectId bson.objectid.ObjectId';
const DIGESTS =
  '*.hexdigest *.digest werkzeug.security.generate_password_hash werkzeug.security.check_password_hash django.contrib.auth.hashers.make_password bcrypt.hashpw flask.jsonify django.http.JsonResponse fastapi.responses.JSONResponse hmac.compare_digest secrets.token_hex';

const CLEARS: readonly (readonly [string, number])[] = [
  ...rows(ALL_KINDS, `${NUMBERS} ${DIGESTS}`),
  ...rows(bitsOf('command'), 'shlex.quote pipes.quote'),
  ...rows(
    bitsOf('code'),
    'RestrictedPython.compile_restricted RestrictedPython.compile_restricted_exec',
  ),
  ...rows(
    bitsOf('html'),
    'flask.redirect quart.redirect flask.url_for html.escape markupsafe.escape markupsafe.Markup.escape markupsafe.Markup().format flask.Markup().format jinja:Escaping.get_template().render jinja:Escaping.from_string().render flask.escape cgi.escape django.utils.html.escape django.utils.html.conditional_escape bleach.clean nh3.clean xml.sax.saxutils.escape werkzeug.utils.escape django.utils.html.strip_tags jinja2.escape django.utils.html.format_html flask.render_template flask.render_template_string quart.render_template quart.render_template_string django.shortcuts.render django.template.loader.render_to_string',
  ),
  // They build a path of the own site and encode its parameters. With `_external`, the host is that
  // of the request.
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
  // The beginning of the own address is that of the site.
  texts: new Map(
    rows(
      OWN_ADDRESS,
      'flask:Request.url flask:Request.base_url flask:Request.host_url flask:Request.root_url flask:Request.url_root django:Request.build_absolute_uri() guess:Request.build_absolute_uri()',
    ),
  ),
  guards: new Map(GUARDS),
  checks: CHECKS,
  parts: PARTS,
  asserts: new Map([
    [
      '*.relative_to',
      guard('object', bitsOf('path'), { limits: [{ bits: bitsOf('path'), ref: RESOLVED }] }),
    ],
  ]),
  ends: new Set(
    'flask.abort quart.abort werkzeug.exceptions.abort flask_restful.abort flask_restx.abort flask_smorest.abort bottle.abort sys.exit exit quit os._exit os.abort'.split(
      ' ',
    ),
  ),
  mapping: new Set(['map']),
  variants: new Map([
    [
      'lxml.etree.XMLParser',
      { argument: 'resolve_entities', value: false, type: 'lxml:SafeParser' },
    ],
    ['ruamel.yaml.YAML', { argument: 'typ', value: 'unsafe', type: 'yaml:Unsafe' }],
    [
      'jinja2.Environment',
      {
        ...{ argument: 'autoescape', value: true, ref: 'jinja2.select_autoescape()' },
        type: 'jinja:Escaping',
      },
    ],
  ]),
  handlerTypes: new Map(HANDLER_TYPES),
  handlers: new Map(HANDLERS),
  appliers: new Map(APPLIERS),
  decorators: new Map(DECORATORS),
  plain: new Set(
    'st_size st_mtime st_mode count index find rfind startswith endswith isdigit isalnum isalpha isdecimal isnumeric isspace islower isupper exists is_file is_dir status_code ok'.split(
      ' ',
    ),
  ),
  mutators: new Set(
    'append extend add update insert write writelines setdefault appendleft put'.split(' '),
  ),
  plainTypes: new Set(
    'int float bool uuid.UUID datetime.date datetime.datetime decimal.Decimal enum.Enum enum.IntEnum enum.StrEnum typing.Literal typing_extensions.Literal'.split(
      ' ',
    ),
  ),
  sourceWords: SOURCE_WORDS,
  gates: GATES,
  guessed: new Map([
    ['guess:Request', ['request']],
    ['wsgi:Environ', ['start_response']],
    ['falcon:Request', ['req']],
    ['lambda:Event', ['event']],
  ]),
  guessParameter,
  mayBeMethod,
  isHandler,
};
