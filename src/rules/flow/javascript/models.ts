/**
 * Models of the libraries of JavaScript. Sources: the documentation of Node.js 20, express 5, koa
 * 3, fastify 5, Next.js 15, and of the libraries that the names say.
 */

import type { Target } from '../form.ts';
import { bitsOf } from '../value/kinds.ts';
import {
  ALL_KINDS,
  type HandlerModel,
  type Models,
  type SourceGate,
  type SourceModel,
} from '../models.ts';
import { rows } from '../rows.ts';
import { APPLIERS, guessHandler } from './registrations.ts';
import { CHECKS, GUARDS } from './guards.ts';
import { REQUEST_MEMBERS, NO_OBJECT, clearsOf } from './request-members.ts';
import { HOLE, OWN_ADDRESS } from '../value/value.ts';
import type { Confidence } from '../../../core/model/rule/rule-finding.ts';

function remote(label: string, confidence: Confidence = 'high'): SourceModel {
  return { label, confidence };
}

const HTML = bitsOf('html');
const WEB: HandlerModel = ['express:Request', 'express:Response'];
const ROUTES = 'get post put delete patch all use options head del';

/** A request whose framework is known, and one that is guessed by the name of its parameter. */
const REQUESTS: readonly (readonly [string, Confidence])[] = [
  ['express:Request', 'high'],
  ['guess:Request', 'medium'],
];

const TYPES: readonly (readonly [string, string])[] = [
  ...rows(
    'express:App',
    'express() express.Router() express.application express:App.route() express:App.Router() router.Router() Router()',
  ),
  ...ROUTES.split(' ').map((name) => [`express:App.${name}()`, 'express:App'] as const),
  ...rows(
    'express:Request',
    'express.Request next.NextApiRequest fastify.FastifyRequest http.IncomingMessage',
  ),
  ...rows(
    'express:Response',
    'express.Response next.NextApiResponse fastify.FastifyReply http.ServerResponse express:Response.status() express:Response.type() express:Response.set() express:Response.header() express:Response.code() express:Response.contentType() express:Response.writeHead() express:Response.cookie()',
  ),
  ...rows('koa:App', 'koa() koa.default() koa-router() @koa/router() koa-router.Router()'),
  ...ROUTES.split(' ').map((name) => [`koa:App.${name}()`, 'koa:App'] as const),
  ...rows('koa:Context', 'koa.Context koa.ParameterizedContext'),
  ...rows('express:Request', 'koa:Context.request koa:Context.req'),
  ...rows('express:Response', 'koa:Context.response koa:Context.res'),
  ...rows('hono:App', 'hono.Hono() hono:App.basePath()'),
  ...rows('fastify:App', 'fastify() fastify.fastify() fastify.default()'),
  ...rows('fetch:Request', 'next/server.NextRequest fetch:Request.clone()'),
  ...rows('fs', 'fs.promises'),
  ...rows(
    'sql:Client',
    'pg.Pool() pg.Client() mysql.createConnection() mysql.createPool() mysql2.createConnection() mysql2.createPool() mysql2/promise.createConnection() mysql2/promise.createPool() pg-promise()() sql:Client.connect() sql:Client.promise() sql:Client.getConnection() postgres() sequelize.Sequelize() sequelize() knex() better-sqlite3() sqlite3.Database() typeorm.DataSource() sql:Client.connection',
  ),
  ...rows(
    'mongo:Collection',
    'mongodb.MongoClient().db().collection() mongodb:Db.collection() *.collection() mongoose.model() mongoose.connection.collection()',
  ),
  ...rows('ldap:Client', 'ldapjs.createClient()'),
  ...rows(
    'archive:Reader',
    'tar-stream.extract() tar.Parse() tar.Parser() tar.list() tar.t() unzipper.Parse() archive:Reader.promise()',
  ),
  ...rows('archive:Zip', 'yauzl-promise.open() node-stream-zip() node-stream-zip.async()'),
  ...rows(
    'archive:Entries',
    'adm-zip().getEntries() unzipper.Open.file().files unzipper.Open.buffer().files unzipper.Open.url().files archive:Zip.readEntries()',
  ),
  ...rows(
    'archive:Entry',
    'archive:Entries.[] archive:Reader.[] archive:Zip.[] archive:Entry.header',
  ),
  ...rows('URL', 'URL()'),
];

const SOURCES: readonly (readonly [string, SourceModel])[] = [
  ...REQUESTS.flatMap(([type, confidence]) =>
    REQUEST_MEMBERS.split(' ').map(
      (name) =>
        [
          `${type}.${name}`,
          { ...remote(`request ${name}`, confidence), clears: clearsOf(name) },
        ] as const,
    ),
  ),
  ...REQUESTS.flatMap(([type, confidence]) =>
    ['get', 'header', 'param'].map(
      (name) =>
        [
          `${type}.${name}()`,
          {
            ...remote(`request ${name}`, confidence),
            clears: name === 'param' ? 0 : bitsOf('redirect'),
          },
        ] as const,
    ),
  ),
  ...[
    'query',
    'querystring',
    'params',
    'headers',
    'header',
    'url',
    'originalUrl',
    'path',
    'href',
    'search',
    'host',
    'hostname',
    'cookies',
    'body',
  ].map(
    (name) =>
      [`koa:Context.${name}`, { ...remote(`request ${name}`), clears: clearsOf(name) }] as const,
  ),
  ...rows(remote('a part of the request'), 'express:Request.[] guess:Request.[]'),
  ...rows(
    remote('request data'),
    'hono:Context.req.query() hono:Context.req.queries() hono:Context.req.param() hono:Context.req.header() hono:Context.req.json() hono:Context.req.text() hono:Context.req.parseBody() hono:Context.req.formData()',
  ),
  ...rows(
    remote('fields of a form', 'medium'),
    'next:FormData.get() next:FormData.getAll() next:FormData.entries()',
  ),
  ...['get', 'cookies.get'].map(
    (name) =>
      [
        `koa:Context.${name}()`,
        { ...remote(`request ${name}`), clears: bitsOf('redirect', 'html') },
      ] as const,
  ),
  ...['url', 'body', 'headers', 'cookies', 'nextUrl'].map(
    (name) => [`fetch:Request.${name}`, remote(`request ${name}`)] as const,
  ),
  ...['json', 'text', 'formData', 'arrayBuffer', 'blob', 'headers.get'].map(
    (name) => [`fetch:Request.${name}()`, remote(`request ${name}`)] as const,
  ),
  ...rows(
    remote('route parameters'),
    'next:Params.params next:Params.searchParams next:Page.params next:Page.searchParams next:ServerContext.query next:ServerContext.params next/router.useRouter().query next/headers.headers().get() next/headers.cookies().get() next/navigation.useSearchParams()',
  ),
  ...rows(
    remote('the address of the page'),
    'location.search location.hash location.href window.location.search window.location.hash window.location.href document.location.search document.location.hash document.location.href document.URL document.documentURI',
  ),
  // It leads back to the page that the user comes from.
  ['document.referrer', { ...remote('the address of the page'), clears: bitsOf('redirect') }],
  ...rows(remote('a message from another window', 'medium'), 'dom:MessageEvent.data'),
  ...rows(
    remote('a name in an archive'),
    'archive:Entry.name archive:Entry.path archive:Entry.fileName archive:Entry.filename archive:Entry.entryName archive:Entry.linkname',
  ),
  ...rows(remote('arguments of the command line', 'low'), 'process.argv'),
  ...rows(remote('a message of a socket', 'medium'), 'ws:Message'),
];

/** The names of parameters by which handlers are guessed. */
const REQUEST_WORDS = 'req _req request _request';
const METHOD_WORDS = 'GET POST PUT PATCH DELETE';

const GATES: readonly SourceGate[] = [
  {
    confidence: 'high',
    roots:
      `${REQUEST_WORDS} ${METHOD_WORDS} express Router router fastify createServer http2 NextRequest NextApiRequest IncomingMessage getServerSideProps`.split(
        ' ',
      ),
    members: membersOf(/^(?:express|guess|fetch|next):/u),
    isByMember: true,
  },
  {
    confidence: 'high',
    roots: ['ctx', 'koa'],
    members: membersOf(/^(?:koa|express):/u),
    isByMember: true,
  },
  { confidence: 'high', roots: ['Hono'], members: membersOf(/^hono:/u), isByMember: true },
  {
    confidence: 'high',
    roots: 'useRouter useSearchParams headers cookies'.split(' '),
    members: 'next navigation'.split(' '),
  },
  { confidence: 'high', roots: 'searchParams formData'.split(' ') },
  {
    confidence: 'high',
    roots: 'location document'.split(' '),
    members: membersOf(/^(?:location|window|document)\./u),
    isByMember: true,
  },
  { confidence: 'medium', roots: ['addEventListener'], members: ['data'] },
  {
    confidence: 'high',
    roots: 'entry header getEntries'.split(' '),
    members: 'tar unzipper yauzl adm stream'.split(' '),
  },
  { confidence: 'low', roots: ['argv'] },
];

/** The words by which `guessParameter` gives its types. */
const GUESSED: readonly (readonly [string, readonly string[]])[] = [
  ...rows(REQUEST_WORDS.split(' '), 'guess:Request express:Response fetch:Request'),
  ...rows(METHOD_WORDS.split(' '), 'next:Params'),
  ['hapi:Toolkit', ['request']],
  ['next:FormData', ['formData']],
  ['next:Page', ['searchParams']],
  ['next:ServerContext', ['getServerSideProps']],
  ['koa:Context', ['ctx']],
];

/** The last names of sources. */
function membersOf(sources: RegExp): readonly string[] {
  return SOURCES.flatMap(([ref]) =>
    sources.test(ref) ? ref.replaceAll('()', '').split('.').slice(-1) : [],
  );
}

const NUMBERS =
  'Number parseInt parseFloat Number.parseInt Number.parseFloat Boolean BigInt isNaN isFinite Number.isInteger Number.isFinite Number.isSafeInteger Array.isArray Math.floor Math.round Math.ceil Math.abs Math.max Math.min Math.trunc Date.parse Object.is';
const DIGESTS =
  '*.digest bcrypt.hash bcrypt.hashSync bcryptjs.hash bcryptjs.hashSync bcrypt.compare bcrypt.compareSync crypto.randomUUID uuid.v4 crypto.scryptSync crypto.pbkdf2Sync crypto.timingSafeEqual jsonwebtoken.verify mongoose.Types.ObjectId mongoose.mongo.ObjectId mongodb.ObjectId mongodb.ObjectID mongodb.UUID bson.ObjectId';

const CLEARS: readonly (readonly [string, number])[] = [
  ...rows(ALL_KINDS, `${NUMBERS} ${DIGESTS}`),
  ...rows(ALL_KINDS, '*.toNumber *.getTime validator.toInt validator.toFloat validator.toBoolean'),
  ...rows(
    HTML,
    'escape-html lodash.escape underscore.escape he.encode he.escape html-escaper.escape validator.escape dompurify.sanitize dompurify().sanitize isomorphic-dompurify.sanitize DOMPurify.sanitize sanitize-html xss entities.encode entities.escape entities.escapeUTF8 entities.encodeHTML handlebars.escapeExpression Handlebars.escapeExpression handlebars.Utils.escapeExpression mustache.escape ejs.escapeXML html-entities.encode pug.escape',
  ),
  ...rows(
    bitsOf('html', 'url', 'header', 'redirect', 'path', 'ldap', 'xpath', 'log'),
    'encodeURIComponent',
  ),
  ...rows(bitsOf('header', 'log'), 'encodeURI escape JSON.stringify'),
  ...rows(
    bitsOf('path'),
    'path.basename path.posix.basename path.win32.basename sanitize-filename',
  ),
  ...rows(
    bitsOf('sql'),
    'mysql.escape mysql2.escape sqlstring.escape sqlstring.escapeId mysql.escapeId mysql2.escapeId sql:Client.escape sql:Client.escapeId sql:Client.escapeLiteral sql:Client.escapeIdentifier pg-format.literal pg-format.ident pg.escapeLiteral pg.escapeIdentifier pg-escape.literal pg-format sqlstring.format mysql.format mysql2.format sql:Client.format',
  ),
  ...rows(
    bitsOf('command'),
    'shell-quote.quote shell-escape shescape.quote shescape.escape shescape.Shescape().quote shescape.Shescape().escape',
  ),
  ...rows(bitsOf('regex'), 'escape-string-regexp lodash.escapeRegExp RegExp.escape'),
  ...rows(
    bitsOf('nosql'),
    'String express-mongo-sanitize.sanitize mongo-sanitize *.toString *.trim *.toLowerCase *.toUpperCase *.normalize *.padStart *.replace *.replaceAll',
  ),
  // Only the fields of the schema are left, as texts or numbers.
  ...rows(
    bitsOf('fields', 'prototype'),
    'lodash.pick lodash/fp.pick underscore.pick zod.z.object().parse zod.z.object().parseAsync zod.z.object().safeParse zod.object().parse',
  ),
  ...rows(
    bitsOf('ldap'),
    'ldapjs.EqualityFilter ldapjs.SubstringFilter ldapjs.PresenceFilter ldapjs.ApproximateFilter ldapjs.GreaterThanEqualsFilter ldapjs.LessThanEqualsFilter ldapts.EqualityFilter ldapts.SubstringFilter',
  ),
  ...rows(bitsOf('ldap'), 'ldap-escape.filter ldap-escape.dn ldapjs.escape ldap-filter.escape'),
];

const EXPRESS_HANDLERS = ROUTES.split(' ').flatMap(
  (name): readonly (readonly [string, HandlerModel])[] => [
    [`express:App.${name}`, WEB],
    [`koa:App.${name}`, ['koa:Context']],
    [`hono:App.${name}`, ['hono:Context']],
    [`fastify:App.${name}`, WEB],
  ],
);

const HANDLERS: readonly (readonly [string, HandlerModel])[] = [
  ...EXPRESS_HANDLERS,
  ['express:App.param', [...WEB, undefined, 'express:Request.params']],
  ['http.createServer', WEB],
  ['https.createServer', WEB],
  ['http2.createServer', WEB],
  ['fastify:App.route', WEB],
  ['fastify:App.addHook', WEB],
  ['*.addEventListener', ['dom:MessageEvent']],
  ['archive:Reader.on', ['archive:Entry']],
  ['archive:Zip.on', ['archive:Entry']],
  ['archive:Entries.forEach', ['archive:Entry']],
  ...['open', 'fromBuffer', 'fromFd'].map((name): readonly [string, HandlerModel] => [
    `yauzl.${name}`,
    [undefined, 'archive:Zip'],
  ]),
];

const PLAIN =
  'length size indexOf lastIndexOf includes startsWith endsWith test has some every localeCompare charCodeAt codePointAt search isArray count byteLength hasOwnProperty getTime toFixed ok status statusCode';

const REQUEST = /^_?(?:req|request)$/u;
const RESPONSE = /^_?(?:res|resp|response|reply)$/u;

function parameterName(
  target: { readonly kind: string; readonly name?: string } | undefined,
): string {
  return target?.kind === 'variable' ? (target.name ?? '') : '';
}

/** Returns whether a parameter is taken apart, and has a field with a name. */
function hasEntry(target: Target | undefined, name: string): boolean {
  return (
    target?.kind === 'record-target' &&
    target.entries.some(({ key }) => key?.kind === 'literal' && key.value === name)
  );
}

/** All that is known of JavaScript. */
export const JAVASCRIPT_MODELS: Models = {
  types: new Map(TYPES),
  sources: new Map(SOURCES),
  passes: new Map([
    ...rows(
      0,
      'util.promisify util.callbackify Promise.resolve Promise.all Promise.allSettled Promise.race Promise.any Object.freeze Object.seal Array.from structuredClone Array.of useCallback react.useCallback Buffer.from *.pipe',
    ),
    ...rows(1, 'util.inherits'),
  ]),
  containers: new Map([
    ...rows('map' as const, 'Object URLSearchParams'),
    ...rows('list' as const, 'Array'),
    ...rows('pairs' as const, 'Map WeakMap Object.fromEntries'),
    ...rows('elements' as const, 'Set WeakSet Object.values'),
    ['Object.entries', 'entries' as const],
  ]),
  // The WHATWG URL Standard, section 4.4: the path of an address with a host begins with a slash.
  texts: new Map([
    ['URL.pathname', `/${HOLE}`],
    ['os.tmpdir()', '/tmp'],
    // The beginning of the own address is that of the site.
    ...rows(
      OWN_ADDRESS,
      'location.href window.location.href document.location.href document.URL document.documentURI',
    ),
    ...rows(`?${HOLE}`, 'location.search window.location.search document.location.search'),
    ...rows(`#${HOLE}`, 'location.hash window.location.hash document.location.hash'),
  ]),
  clears: new Map(CLEARS),
  decodes: new Map([
    ...rows(
      NO_OBJECT,
      'decodeURIComponent decodeURI unescape atob querystring.unescape he.decode he.unescape lodash.unescape underscore.unescape html-entities.decode entities.decode entities.decodeHTML html-escaper.unescape validator.unescape',
    ),
    ...rows(0, 'JSON.parse qs.parse querystring.parse js-yaml.load yaml.parse'),
  ]),
  guards: new Map(GUARDS),
  checks: CHECKS,
  handlers: new Map(HANDLERS),
  appliers: new Map(APPLIERS),
  guessHandler,
  decorators: new Map(),
  plain: new Set(PLAIN.split(' ')),
  mutators: new Set('push unshift add append set write concat assign insert'.split(' ')),
  plainTypes: new Set(['number', 'boolean', 'bigint']),
  sourceWords: [],
  gates: GATES,
  guessed: new Map(GUESSED),
  guessParameter(code, index) {
    const names = code.parameters.map(({ target }) => parameterName(target));
    const [first = '', second = ''] = names;
    const name = names[index] ?? '';
    if (REQUEST.test(first) && (names.length === 1 || RESPONSE.test(second))) {
      if (index === 0) {
        return /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|middleware)$/u.test(code.name) &&
          code.isExported
          ? 'fetch:Request'
          : 'guess:Request';
      }
      if (index === 1) return 'express:Response';
    }
    if (/^(?:err|error|e|_err|_error|_)$/u.test(first) && REQUEST.test(second)) {
      if (index === 1) return 'guess:Request';
      if (index === 2) return 'express:Response';
    }
    if (/^(?:GET|POST|PUT|PATCH|DELETE)$/u.test(code.name) && code.isExported && index === 1)
      return 'next:Params';
    if (first === 'request' && second === 'h')
      return index === 0 ? 'guess:Request' : 'hapi:Toolkit';
    if (code.isExported && name === 'formData') return 'next:FormData';
    if (code.isExported && index === 0 && hasEntry(code.parameters[0]?.target, 'searchParams')) {
      return 'next:Page';
    }
    if (code.name === 'getServerSideProps' && index === 0) return 'next:ServerContext';
    if (name === 'ctx' && index === 0 && (names.length === 1 || /^_?next$/u.test(second)))
      return 'koa:Context';
    return undefined;
  },
};
