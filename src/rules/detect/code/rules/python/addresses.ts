/**
 * Where programs in Python call servers, redirect, and send headers: the documentation of Python
 * 3.13 (urllib, http.client, socket, asyncio, smtplib, ftplib), requests, httpx, aiohttp, urllib3,
 * Tornado, Flask, Django, Starlette and of the libraries that the names say.
 */

import type { SinkData } from '../../../../flow/rules.ts';
import { each, first, named, second } from './calls.ts';

const VERBS = 'get|url post|url put|url delete|url head|url patch|url options|url';

/** Sinks of addresses of servers. Clients of httpx and aiohttp have the type `requests`. */
export const PYTHON_SERVERS: readonly SinkData[] = [
  ...first(
    `${each('requests', VERBS)} requests.ws_connect|url ${each('treq', VERBS)}
    ${each('urllib.request', 'urlopen|url Request|url urlretrieve|url')} urllib.request.build_opener().open|fullurl
    urllib.request.OpenerDirector().open|fullurl urllib2.urlopen|url urllib2.Request|url urllib.urlopen|url urllib.urlretrieve|url
    six.moves.urllib.request.urlopen|url urllib3.connection_from_url|url
    websockets.connect|uri websockets.client.connect|uri websockets.sync.client.connect|uri
    websocket.create_connection|url websocket.WebSocketApp|url httplib2.Http().request|uri
    ${each('tornado.httpclient', 'AsyncHTTPClient().fetch|request HTTPClient().fetch|request HTTPRequest|url')}
    xmlrpc.client.ServerProxy|uri zeep.Client|wsdl suds.client.Client|url feedparser.parse|url_file_stream_or_string wget.download|url
    ${each('selenium.webdriver', 'Chrome().get|url Firefox().get|url Remote().get|url')} $PAGE.goto|url
    git.Repo.clone_from|url`,
    { when: 'open-host' },
  ),
  ...second(
    'requests.request|url requests.stream|url requests.Request|url aiohttp.request|url urllib3.PoolManager().request|url urllib3.PoolManager().urlopen|url urllib3.request|url pycurl.Curl().setopt',
    { when: 'open-host' },
  ),
  ...named(
    'requests.Client|base_url requests.AsyncClient|base_url httpx.Client|base_url httpx.AsyncClient|base_url aiohttp.ClientSession|base_url boto3.client|endpoint_url boto3.resource|endpoint_url',
    { when: 'open-host' },
  ),
  ...first(
    `http.client.HTTPConnection|host http.client.HTTPSConnection|host asyncio.open_connection|host smtplib.SMTP|host
    smtplib.SMTP_SSL|host ftplib.FTP|host ftplib.FTP_TLS|host imaplib.IMAP4|host imaplib.IMAP4_SSL|host telnetlib.Telnet|host
    ldap.initialize|uri ldap3.Server|host`,
  ),
  // With a name and password in the same call, the user of a tool names an own server.
  ...first('paramiko.SSHClient().connect|hostname', {
    not: ['paramiko.SSHClient().connect(..., password=$PASSWORD)'],
  }),
  ...first('paramiko.SSHClient().connect|hostname', { confidence: 'low' }),
  { pattern: 'socket.create_connection([$SINK, ...], ...)' },
  { pattern: 'socket.socket().connect([$SINK, ...])' },
];

const LOCATIONS = [
  ...['flask.make_response()', 'flask.Response()', 'quart.Response()', 'werkzeug.Response()'],
  ...['werkzeug.wrappers.Response()', 'fastapi.Response()', 'fastapi.responses.Response()'],
  ...['starlette.responses.Response()', 'django.http.HttpResponse()'],
];

/** Sinks of targets of redirects. */
export const PYTHON_TARGETS: readonly SinkData[] = [
  ...first(
    `flask.redirect|location quart.redirect|location werkzeug.utils.redirect|location
    django.shortcuts.redirect|to django.http.HttpResponseRedirect|redirect_to django.http.HttpResponsePermanentRedirect|redirect_to
    django.http.response.HttpResponseRedirect|redirect_to
    fastapi.responses.RedirectResponse|url starlette.responses.RedirectResponse|url
    ${each('aiohttp.web', 'HTTPFound|location HTTPSeeOther|location HTTPMovedPermanently|location HTTPTemporaryRedirect|location HTTPPermanentRedirect|location')}
    ${each('pyramid.httpexceptions', 'HTTPFound|location HTTPSeeOther|location HTTPMovedPermanently|location')}
    ${each('falcon', 'HTTPFound|location HTTPSeeOther|location HTTPMovedPermanently|location HTTPTemporaryRedirect|location')}
    bottle.redirect|url sanic.response.redirect|to sanic.redirect|to cherrypy.HTTPRedirect|urls litestar.response.Redirect|path
    $HANDLER.redirect`,
    { when: 'open-target' },
  ),
  ...LOCATIONS.flatMap((made): readonly SinkData[] => {
    const name = made.slice(0, -2);
    return ['Location', 'location'].flatMap((key): readonly SinkData[] => [
      { pattern: `${made}.headers.${key} = $SINK`, when: 'open-target' },
      { pattern: `${made}.${key} = $SINK`, when: 'open-target' },
      { pattern: `${name}(..., headers={ ${key}: $SINK })`, when: 'open-target' },
    ]);
  }),
  { pattern: '$HANDLER.send_header("Location", $SINK)', when: 'open-target' },
];

/** Sinks of lines of messages and headers, in libraries that do not refuse line breaks. */
export const PYTHON_HEADERS: readonly SinkData[] = [
  { pattern: 'smtplib.SMTP().sendmail($FROM, $TO, $SINK, ...)' },
  { pattern: 'smtplib.SMTP_SSL().sendmail($FROM, $TO, $SINK, ...)' },
  { pattern: 'http.server.BaseHTTPRequestHandler().send_header($NAME, $SINK)' },
  { pattern: '$HANDLER.send_header($NAME, $SINK)' },
  { pattern: 'start_response($STATUS, $SINK, ...)', isDeep: true },
  ...['send', 'sendall', 'write'].flatMap((name): readonly SinkData[] => [
    { pattern: `$SOCKET.${name}($SINK, ...)`, when: 'message' },
  ]),
  ...each('imaplib', 'IMAP4() IMAP4_SSL()')
    .split(' ')
    .map((name) => ({ pattern: `${name}.search($CHARSET, $SINK, ...)` })),
];

/** The function asks a list or a function of another file about the origin. */
export const CHECKED_ORIGIN =
  /(?:is|check|valid|allow|permit|match|verif)\w*origin\w*\(|origin\w*(?:allowed|valid|match\w*|permitted|white_?list\w*)\(|\b\w*(?:allow|whitelist|permitted|trusted)\w*\.(?:includes|indexOf|has|some|find|test)\(|(?:\)|\w)\s+in\s+[\w.]*(?:allow|whitelist|permitted|trusted)/iu;

/** Sinks of the origin that may read an answer with cookies. */
export const PYTHON_ORIGINS: readonly SinkData[] = [
  'Access-Control-Allow-Origin',
  'access-control-allow-origin',
].flatMap((key): readonly SinkData[] => [
  ...[
    `$RESPONSE.headers.${key} = $SINK`,
    `django.http.HttpResponse().${key} = $SINK`,
    `django.http.JsonResponse().${key} = $SINK`,
    ...['add', 'set', 'setdefault', 'append'].map(
      (name) => `$RESPONSE.headers.${name}("${key}", $SINK)`,
    ),
    `$HANDLER.send_header("${key}", $SINK)`,
    `$HANDLER.set_header("${key}", $SINK)`,
  ].flatMap((pattern): readonly SinkData[] => [
    { pattern, when: 'credentials', unless: CHECKED_ORIGIN },
    { pattern, when: 'credentials', confidence: 'low' },
  ]),
]);
