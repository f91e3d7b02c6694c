/** Settings of servers, cookies, files and programs that give more than is needed. */

import type { SinkData } from '../../../flow/rules.ts';
import type { CodeRule } from '../code-rule.ts';
import { CHECKED_ORIGIN, PYTHON_ORIGINS } from './python/addresses.ts';

/** A function that looks at the environment, so that a setting may be that of development alone. */
const DEVELOPMENT = /NODE_ENV|\bdevelopment\b|get\(['"]env['"]\)|isDev(?:elopment)?\b/u;

/**
 * Environments that say whether they escape. Templates of programs and settings have other marks,
 * and pages do not.
 */
const NO_PAGES = [
  'autoescape',
  'line_statement_prefix',
  'block_start_string',
  'variable_start_string',
].map((name) => `jinja2.Environment(..., ${name}=$X)`);

/** Cookies that scripts of the page read and send back, as protection against forged requests. */
const FOR_SCRIPTS = ['XSRF-TOKEN', 'csrftoken', 'csrf-token', 'csrf_token', '_csrf'];
const NOT_FOR_SCRIPTS = /^(?![\s\S]*[cx]srf)/u;

/** Words of files that have to do with pages. */
const PAGES = /\.html?\b|text\/html|<(?:html|head|body|div|span|table|p|a|h\d)\b|HTMLResponse/iu;

/** No condition on a setting for debugging. */
const ALWAYS = /^(?![\s\S]*\bif\s?\(\s?!?\w*debug)/iu;

/** The file has to do with a server, whose data gets into pages. */
const SERVES =
  /(?:^|\n)[ \t]{0,40}(?:from|import)[ \t]{1,9}(?:flask|quart|django|aiohttp|tornado|cherrypy|bottle|starlette|fastapi|pyramid|sanic|webob|werkzeug|wsgiref|http\.server)\b|\bwsgi|(?:require\(|from )['"](?:express|koa|fastify|@hapi|https?|node:https?)\b/iu;

/** Words of pages and of requests. */
const SERVED_PAGES = new RegExp(
  `^(?=[\\s\\S]*(?:${PAGES.source}))(?=[\\s\\S]*(?:${SERVES.source}))`,
  'iu',
);

/** The rules. */
export const SETTINGS_RULES: readonly CodeRule[] = [
  {
    name: 'insecure-cookie',
    title: 'a cookie is sent without encryption',
    severity: 'medium',
    confidence: 'high',
    cwe: [614],
    why: 'The cookie of a session can be read from the network.',
    remedy: 'Set the attribute Secure.',
    javascript: {
      search: [
        'express:Response.cookie($NAME, $VALUE, { secure: false })',
        'express-session({ cookie: { secure: false } })',
        'cookie-session({ secure: false })',
        'koa:Context.cookies.set($NAME, $VALUE, { secure: false })',
      ],
    },
    python: {
      search: [
        '$RESPONSE.set_cookie(..., secure=False)',
        'SESSION_COOKIE_SECURE = False',
        'CSRF_COOKIE_SECURE = False',
        '$APP.config.SESSION_COOKIE_SECURE = False',
      ],
    },
    example: 'py',
    failing:
      "from flask import Flask, make_response\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    response = make_response('done')\n    response.set_cookie('session', 'value', secure=False, httponly=True)\n    return response\n",
    passing:
      "from flask import Flask, make_response\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    response = make_response('done')\n    response.set_cookie('session', 'value', secure=True, httponly=True)\n    return response\n",
  },
  {
    name: 'script-readable-cookie',
    title: 'a cookie can be read by scripts',
    severity: 'low',
    confidence: 'high',
    cwe: [1004],
    why: 'A script that gets into the page can read the session.',
    remedy: 'Set the attribute HttpOnly.',
    javascript: {
      search: [
        {
          pattern: 'express:Response.cookie($NAME, $VALUE, { httpOnly: false })',
          not: FOR_SCRIPTS.map((name) => `express:Response.cookie("${name}", ...)`),
          data: NOT_FOR_SCRIPTS,
        },
        'express-session({ cookie: { httpOnly: false } })',
        'cookie-session({ httpOnly: false })',
        {
          pattern: 'koa:Context.cookies.set($NAME, $VALUE, { httpOnly: false })',
          not: FOR_SCRIPTS.map((name) => `koa:Context.cookies.set("${name}", ...)`),
          data: NOT_FOR_SCRIPTS,
        },
      ],
    },
    python: {
      search: [
        {
          pattern: '$RESPONSE.set_cookie(..., httponly=False)',
          not: FOR_SCRIPTS.map((name) => `$RESPONSE.set_cookie("${name}", ...)`),
          data: NOT_FOR_SCRIPTS,
        },
        'SESSION_COOKIE_HTTPONLY = False',
        '$APP.config.SESSION_COOKIE_HTTPONLY = False',
      ],
    },
    example: 'js',
    failing:
      "const session = require('express-session');\nconst app = require('express')();\napp.use(session({ secret: process.env.SECRET, cookie: { httpOnly: false, secure: true } }));\n",
    passing:
      "const session = require('express-session');\nconst app = require('express')();\napp.use(session({ secret: process.env.SECRET, cookie: { httpOnly: true, secure: true } }));\n",
  },
  {
    name: 'permissive-cors',
    title: 'every site may read answers with credentials',
    severity: 'medium',
    confidence: 'high',
    cwe: [942],
    why: 'A page of another site reads the data of the user who opens it.',
    remedy: 'List the origins that are allowed.',
    javascript: {
      search: [
        'cors({ origin: true, credentials: true })',
        'cors({ origin: "*", credentials: true })',
        '@fastify/cors({ origin: true, credentials: true })',
        '@koa/cors({ credentials: true })',
        ...['cors', '@fastify/cors'].map((name) => ({
          pattern: `${name}({ origin: $CHOICE, credentials: true })`,
          // A function that accepts every origin.
          file: /\borigin\s*(?::\s*(?:function\b\s*\w*\s*)?)?\(\s*\w+\s*,\s*(\w+)\s*\)\s*(?:=>)?\s*\{?\s*(?:return\s+)?\1\(\s*null\s*,\s*true\s*\)/u,
        })),
      ],
      sinks: [
        ...['Access-Control-Allow-Origin', 'access-control-allow-origin'].flatMap((key) => [
          ...['setHeader', 'header', 'set', 'append'].map(
            (name) => `express:Response.${name}("${key}", $SINK)`,
          ),
          `express:Response.set({ "${key}": $SINK })`,
          `express:Response.writeHead($STATUS, { "${key}": $SINK }, ...)`,
          `koa:Context.set("${key}", $SINK)`,
        ]),
      ].flatMap((pattern): readonly SinkData[] => [
        // Another function of the file may check it.
        { pattern, when: 'allowed-origin', unless: CHECKED_ORIGIN },
        { pattern, when: 'credentials', confidence: 'low' },
      ]),
    },
    python: {
      sinks: PYTHON_ORIGINS,
      search: [
        'flask_cors.CORS(..., origins="*", supports_credentials=True)',
        'flask_cors.CORS($APP, supports_credentials=True)',
        'CORS_ALLOW_ALL_ORIGINS = True',
        'CORS_ORIGIN_ALLOW_ALL = True',
        '$APP.add_middleware($CORS, allow_origins=["*"], allow_credentials=True, ...)',
        {
          pattern:
            '$APP.add_middleware($CORS, allow_origin_regex=$ANY, allow_credentials=True, ...)',
          where: { ANY: /^\^?(?:https?\??:\/\/)?\(?(?:\.[*+]|\[\^[^\]]*\][*+])\)?\$?$/u },
        },
      ],
    },
    example: 'js',
    failing:
      "const cors = require('cors');\nconst app = require('express')();\napp.use(cors({ origin: true, credentials: true }));\n",
    passing:
      "const cors = require('cors');\nconst app = require('express')();\napp.use(cors({ origin: ['https://app.example'], credentials: true }));\n",
  },
  {
    name: 'disabled-csrf-protection',
    title: 'protection against forged requests is switched off',
    severity: 'medium',
    confidence: 'medium',
    cwe: [352],
    why: 'A page of another site sends requests with the session of the user who opens it.',
    remedy: 'Keep the protection. For interfaces with tokens, name them one by one.',
    python: {
      search: [
        'WTF_CSRF_ENABLED = False',
        '$APP.config.WTF_CSRF_ENABLED = False',
        // Interfaces with tokens and callbacks of other services need it.
        { pattern: 'django.views.decorators.csrf.csrf_exempt(...)', confidence: 'low' },
      ],
    },
    example: 'py',
    failing:
      "from flask import Flask\n\napp = Flask(__name__)\napp.config['WTF_CSRF_ENABLED'] = False\n",
    passing:
      "from flask import Flask\n\napp = Flask(__name__)\napp.config['WTF_CSRF_ENABLED'] = True\n",
  },
  {
    name: 'debug-mode',
    title: 'a server runs in debug mode',
    severity: 'medium',
    confidence: 'medium',
    cwe: [489],
    why: 'Pages of errors show code and data. The console of Flask runs code for everybody.',
    remedy: 'Switch it on by the environment of developers alone.',
    javascript: { search: [{ pattern: 'errorhandler()', unless: DEVELOPMENT, file: ALWAYS }] },
    python: {
      search: [
        'flask:App.run(..., debug=True)',
        'flask:App.run($HOST, $PORT, True)',
        { pattern: 'DEBUG = True', file: /\bINSTALLED_APPS\b/u },
        'fastapi.FastAPI(..., debug=True)',
        'bottle.run(..., debug=True)',
      ],
    },
    example: 'py',
    failing: 'from flask import Flask\n\napp = Flask(__name__)\napp.run(debug=True)\n',
    passing: 'from flask import Flask\n\napp = Flask(__name__)\napp.run()\n',
  },
  {
    name: 'disabled-escaping',
    title: 'a template engine does not escape',
    severity: 'high',
    confidence: 'high',
    cwe: [79, 116],
    why: 'Data in templates becomes part of the page as it is, with elements and scripts.',
    remedy: 'Switch escaping on for all templates of pages.',
    javascript: {
      search: [
        'handlebars.compile($TEXT, { noEscape: true })',
        'Handlebars.compile($TEXT, { noEscape: true })',
        'nunjucks.configure($PATH, { autoescape: false })',
        'nunjucks.configure({ autoescape: false })',
        'ejs.render($TEXT, $DATA, { escape: null })',
      ].flatMap((pattern) => [
        { pattern, file: SERVES },
        { pattern, confidence: 'low' as const },
      ]),
    },
    python: {
      search: [
        ...[
          { file: SERVED_PAGES },
          // Pages that the file does not name, or does not send.
          { file: /html/iu, confidence: 'low' as const },
        ].map((one) => ({ ...one, pattern: 'jinja2.Environment(...)', not: NO_PAGES })),
        {
          pattern: 'jinja2.Environment(..., autoescape=False)',
          near: /autoescape\s*=\s*False/u,
          file: SERVES,
          // Configuration, programs and documents of other kinds have other escapes, or none.
          unless: /yaml|latex|\.tex\b|\.(?:conf|cfg|ini|toml|sh|sql|md|rst|py|txt|j2)\b/iu,
        },
        // A variable or a setting decides.
        { pattern: 'jinja2.Environment(..., autoescape=False)', confidence: 'low' },
      ],
    },
    example: 'py',
    failing:
      "from jinja2 import Environment, FileSystemLoader\n\nenvironment = Environment(loader=FileSystemLoader('templates'))\npage = environment.get_template('page.html')\n",
    passing:
      "from jinja2 import Environment, FileSystemLoader\n\nenvironment = Environment(loader=FileSystemLoader('templates'), autoescape=True)\npage = environment.get_template('page.html')\n",
  },
  {
    name: 'disabled-browser-protection',
    title: 'a protection of browsers is switched off',
    severity: 'low',
    confidence: 'high',
    cwe: [693],
    why: 'Browsers no longer stop what the headers would forbid.',
    remedy: 'Keep the header, and allow what is needed in it.',
    javascript: {
      search: ['contentSecurityPolicy', 'frameguard', 'hsts', 'noSniff'].map(
        (name) => `helmet({ ${name}: false })`,
      ),
    },
    python: {
      search: [
        { pattern: 'ALLOWED_HOSTS = ["*"]' },
        'SECURE_SSL_REDIRECT = False',
        'SECURE_CONTENT_TYPE_NOSNIFF = False',
      ],
    },
    example: 'js',
    failing:
      "const helmet = require('helmet');\nconst app = require('express')();\napp.use(helmet({ contentSecurityPolicy: false }));\n",
    passing:
      "const helmet = require('helmet');\nconst app = require('express')();\napp.use(helmet());\n",
  },
  {
    name: 'all-interfaces',
    title: 'a server listens on all interfaces',
    severity: 'low',
    confidence: 'low',
    cwe: [605],
    why: 'The server can be reached from networks that are not meant.',
    remedy: 'Listen on the address that is meant.',
    python: {
      search: [
        'flask:App.run(..., host="0.0.0.0")',
        'uvicorn.run(..., host="0.0.0.0")',
        '$SOCKET.bind(["0.0.0.0", ...])',
        '$SOCKET.bind(["", ...])',
        'asyncio.start_server($HANDLER, "0.0.0.0", ...)',
        'aiohttp.web.run_app(..., host="0.0.0.0")',
        'socketserver.TCPServer(["0.0.0.0", ...], ...)',
        'http.server.HTTPServer(["0.0.0.0", ...], ...)',
      ],
    },
    javascript: { search: ['$SERVER.listen($PORT, "0.0.0.0", ...)'] },
    example: 'py',
    failing: "from flask import Flask\n\napp = Flask(__name__)\napp.run(host='0.0.0.0')\n",
    passing: "from flask import Flask\n\napp = Flask(__name__)\napp.run(host='127.0.0.1')\n",
  },
];
