/** Further conditions of sinks, about the text around the untrusted data. */

import { getsValues, handlerStart, isTextElement, leadsOut } from './answers.ts';
import type { Span } from './form.ts';
import type { FlowEvent, Machine } from './machine.ts';
import { HOLE, type Trail, type Value } from './value/value.ts';

/** A further condition of a sink, about the text around the untrusted data. */
export type SinkCondition =
  /** It is a statement of SQL. */
  | 'sql'
  /** The host of an address is not fixed. */
  | 'open-host'
  /** An address may lead to another site. */
  | 'open-target'
  /** The same, in the header of an answer that is a redirect. */
  | 'open-place'
  /** The text has elements of HTML. */
  | 'html'
  /** It is returned by a handler that sends texts as HTML. */
  | 'html-handler'
  /** It is a part of a condition of SQL, put together with other text. */
  | 'sql-part'
  /** The file saves records, and this makes one or changes one. */
  | 'saved'
  /**
   * It may be a text, and the function around does not say anywhere that the answer is something
   * else than a page.
   */
  | 'answer'
  /** The function around does not say that the answer is something else than a page. */
  | 'page'
  /** It is a part of a message in lines, as those of HTTP and SMTP. */
  | 'message'
  /** It is the name of a program, or a command that the program has not put together itself. */
  | 'program'
  /** The object of the method is a path of `pathlib`. */
  | 'path-object'
  /** The object of the method is an uploaded file, and this the path that it is stored at. */
  | 'stored-upload'
  /** The file of Python saves records, and this makes one of all fields. */
  | 'record'
  /** It may be a text, and no object of a library. */
  | 'answer-text'
  /** It is a format of values that are no constants. */
  | 'format-text'
  /** A function that refuses `..` sends the file. */
  | 'sent-file'
  /** It becomes the content of an element that may run scripts. */
  | 'element'
  /** It is a map or a list that the program makes. */
  | 'made'
  /** It is no file that is open or was uploaded. */
  | 'file-name'
  /** The object of the method is no service of the project. */
  | 'model'
  /** The object of the method may be a model or a collection of a document database. */
  | 'documents'
  /** The file allows credentials, so that a page of another site reads data of its user. */
  | 'credentials'
  /** The same, and the file has no list of origins that are allowed. */
  | 'allowed-origin';

/** Whether a decorator of the function says that it sends HTML. */
function sendsPages(m: Machine): boolean {
  return (m.activation.code?.decorators ?? []).some(
    (one) =>
      one.kind === 'call' &&
      one.args.some(
        ({ name, value: { span } }) =>
          name === 'response_class' && m.text.slice(span.start, span.end).endsWith('HTMLResponse'),
      ),
  );
}

const SQL =
  /\b(?:select\b[\s\S]*\bfrom|insert\s+into|update\b[\s\S]*\bset|delete\s+from|replace\s+into|drop\s+table|create\s+table|alter\s+table|where\b|order\s+by|union\b|exec\b|call\b|with\b[\s\S]*\bas|truncate)\b/iu;

/** An operator behind or in front of a hole. */
const SQL_PART = /[=<>(]|\b(?:like|in|between|is|not|and|or|asc|desc)\b/iu;

/** Files that save records, and modules that are files of the project. */
const SAVES = /\.(?:save|findByPk|findById|findOne|findOneBy)\(/u;
const OWN_MODULE = /^(?:\.{1,2}\/|[@~]\/|mongo:Collection)/u;
const NO_MODEL = /error|exception|logger|dto$|service|client/iu;
const NO_RECORD =
  /hash|hmac|digest|sign|cipher|crypt|verif|md5|sha\d|\bmac\b|\bres\.|\bctx\.|cache|session/iu;

function isRecord({ kind, refs, span, ...event }: FlowEvent, text: string): boolean {
  if (kind !== 'call') return false;
  if ('isNew' in event && event.isNew)
    return refs.some((ref) => OWN_MODULE.test(ref) && !NO_MODEL.test(ref));
  const source = text.slice(span.start, Math.min(span.end, span.start + 120));
  const first = 'args' in event ? event.args[0]?.value : undefined;
  if (refs.includes('Object.assign')) return first?.objects.length === 0;
  return !NO_RECORD.test(source.slice(0, source.indexOf('(') + 1));
}

/** Files of Python that save records. */
const PYTHON_SAVES = /\.(?:add|save|create|bulk_create|commit|flush)\(/u;
/** What a file must match, where a condition asks for it. */
export const FILES_OF: Readonly<Partial<Record<SinkCondition, RegExp>>> = {
  saved: SAVES,
  record: PYTHON_SAVES,
};
/** Paths of `pathlib` and of modules with the same objects. */
const PATH_OBJECT = /(?:^|\.)(?:pathlib|anyio)\.|\.joinpath\(\)/u;
/** Files that came with a request. */
const UPLOAD = /\.(?:files|FILES)\b|UploadFile|FileStorage/u;

/** The type of an answer that browsers do not show as a page. */
const NO_PAGE =
  /\b(?:type|contentType)\(\s*['"](?:text\/plain|text|txt|\.txt|json|application\/json)\b|\btype\s*=\s*['"](?:text\/plain|text|txt|json|application\/(?!xhtml|xml)[^'"\n]{1,80})['"]|content-type['"]\s*[,:]\s*['"](?:text\/(?!html|xml|xsl)|application\/(?!xhtml|xml)|audio\/|video\/|font\/|image\/(?!svg))/iu;

/** Steps that leave a value what it is. */
const MOVES = /^(?:returned|stored|passed to|put in)\b/u;
const PASSES = /^passes through (?:a call$|"(?<name>.*)"$)/u;
/** Functions and methods that return the text of their arguments, or a part of it. */
const TEXTUAL =
  /(?:^|\.)(?:format|format_map|join|replace|strip|lstrip|rstrip|lower|upper|title|capitalize|casefold|swapcase|decode|encode|str|repr|ljust|rjust|center|zfill|expandtabs|removeprefix|removesuffix|split|rsplit|splitlines|partition|rpartition|translate|unquote|unquote_plus|b64decode|urlsafe_b64decode|loads|get|getlist|pop|setdefault|items|values|Markup|mark_safe|dedent|indent|fill|sub|markdown|bytes|bytearray|sorted|reversed|choice|next|iter|list|tuple|map|filter|reduce|chain|string|text|html|page|render_page|read|getvalue)$|^jinja(?:2\.Template\(\)|:Environment\.\w+\(\))\.render$/u;

/**
 * Whether the result of a handler may be a text that has untrusted data. The result of an unknown
 * function is more often an answer that it has made.
 */
function mayBePage({ text, taints }: Value): boolean {
  if (text !== undefined) return true;
  return taints.some(({ trail }) => {
    let at: Trail = trail;
    while (at.before !== undefined && MOVES.test(at.message)) at = at.before;
    const passed = PASSES.exec(at.message);
    if (/^super(?:\(\))?\./u.test(passed?.groups?.['name'] ?? '')) return false;
    return passed === null || TEXTUAL.test(passed.groups?.['name'] ?? '');
  });
}

/** A statement that sets another type of the content than that of pages. */
const OTHER_TYPE =
  /content-disposition['"]?\]?\s*[=,:]\s*\(?\s*[bf]?['"`]attachment|content[-_]type['"]?\]?\s*=\s*(?:['"](?!text\/html|application\/xhtml|image\/svg)|[\w.[\]]*(?:type|TYPE|mime)\b)/iu;

/** Whether the function around says that the answer is something else than a page. */
function saysOtherType(m: Machine, span: Span): boolean {
  const { start, end } = m.activation.code?.span ?? span;
  const around = m.text.slice(start, Math.min(end, span.end + 2000));
  return OTHER_TYPE.test(around) && !/text\/html/iu.test(around);
}

/** Handlers that send the texts that they return as pages. */
const SENDS_TEXTS = /^(?:flask:|bottle[:.]|cherrypy\.expose$)/u;

/** A header or a setting that allows credentials. */
const CREDENTIALS = /allow[-_]?credentials|supports_credentials|\bcredentials['"]?\s*:/iu;

/** A list of origins, or a function that asks one. */
const ORIGIN_LIST =
  /(?:allowed|permitted|trusted|whitelist(?:ed)?)_?origins?\b|origins?_?(?:allowed|permitted|white_?list)/iu;

/**
 * The host of an address is untrusted, or goes on with untrusted data. An unknown beginning that is
 * trusted mostly fixes it.
 */
const OPEN_HOST =
  /^(?:https?\0\u0001\u0002?|(?:(?:https?|\0\u0001\u0002?):)?(?:\/\/[^/?#]*)?)\0(?!\u0001)/iu;
/** The function answers with a redirect, and not with the place of what it has made. */
const REDIRECTS = /\b30[12378]\b|redirect/iu;
const OPEN_TARGET =
  /^(?:https?\0\u0001\u0002?|\/?(?:(?:https?|\0\u0001\u0002?):)?(?:\/\/[^/?#]*)?)\0(?!\u0001)/iu;

/** `users.query().findOne(…)`: what a service or a builder of queries finds is no document. */
const BUILT = /\)\s*(?:\?\s*)?$/u;
const COLLECTION = /(?:collection|model)\w*\([^()]*\)\s*$/iu;
/** Sequelize, TypeORM and Strapi write conditions below this key. */
const WHERE = /^\s*\(\s*\{\s*(?:\w+\s*:\s*\w+\s*,\s*)?where\b/u;

/** Words of document databases, and of models. */
const DOCUMENTS =
  /mongo|\bcollection\b|\bnedb\b|couch|\bDocument\b|[Mm]odel|require\(['"]\.|from ['"]\./u;

/** Options of models of SQL: bookshelf, Sequelize, TypeORM and objection. */
const STATEMENTS =
  /[{,]\s*(?:withRelated|transacting|forUpdate|attributes|include|paranoid|relations|withGraphFetched)\s*[:,}]/u;

function mayHaveDocuments({ span }: FlowEvent, { text }: Machine): boolean {
  if (!DOCUMENTS.test(text)) return false;
  const call = text.slice(span.start, Math.min(span.end, span.start + 600));
  if (STATEMENTS.test(call)) return false;
  const name = /^[\s\S]*?\.(?:find|update|delete)(?:One|Many)(?:And\w+)?(?=\()/u.exec(call)?.[0];
  if (name === undefined) return true;
  const object = name.slice(0, name.lastIndexOf('.'));
  const isBuilt = BUILT.test(object) && !COLLECTION.test(object);
  return !isBuilt && !WHERE.test(call.slice(name.length));
}

/** An answer of HTTP, by its name: what is written to it is its body. */
const ANSWER = /^(?:\w{1,20}\.)?(?:res|response|resp|reply)\.(?:write|end)\(/iu;

/** `userService.create(…)`, `getService('user').create(…)` */
const SERVICE = /^[^{\n]{0,120}service\w*(?:\([^()]*\))?\.\w+\(/iu;

type Condition = (value: Value, event: FlowEvent, m: Machine) => boolean;

/** What each condition asks. */
export const CONDITIONS: Readonly<Record<SinkCondition, Condition>> = {
  'sql-part': ({ text }) => text?.includes(HOLE) === true && SQL_PART.test(text),
  page: (_, event, m) => {
    const { span } = event;
    const start = handlerStart(m, event);
    const before = m.text.slice(Math.max(start, span.start - 6000), span.end);
    return !NO_PAGE.test(before) || /text\/html/iu.test(before);
  },
  answer: (value, { span }, m) => {
    if (!mayBePage(value)) return false;
    return !saysOtherType(m, span);
  },
  message: ({ text }, { refs, span }, m) =>
    text !== undefined &&
    /\r\n[\s\S]/u.test(text) &&
    text.includes(HOLE) &&
    !ANSWER.test(m.text.slice(span.start, Math.min(span.end, span.start + 40))) &&
    !refs.some((ref) => ref.startsWith('express:Response')),
  saved: (_, event, m) => isRecord(event, m.text),
  sql: ({ text }) => text !== undefined && SQL.test(text),
  'open-host': ({ text }) => text === undefined || OPEN_HOST.test(text) || !text.includes(HOLE),
  'open-place': (value, event, m) => {
    const { start, end } = m.activation.code?.span ?? event.span;
    const around = m.text.slice(
      Math.max(start, event.span.start - 4000),
      Math.min(end, event.span.end + 4000),
    );
    return REDIRECTS.test(around) && CONDITIONS['open-target'](value, event, m);
  },
  'open-target': ({ text }) => text === undefined || OPEN_TARGET.test(text) || !text.includes(HOLE),
  html: ({ text }) => text?.includes('<') === true,
  'html-handler': (value, event, m) =>
    (event.refs.some((ref) => SENDS_TEXTS.test(ref)) &&
      mayBePage(value) &&
      !saysOtherType(m, event.span)) ||
    (event.refs.some((ref) => ref.startsWith('fastapi:')) && sendsPages(m)),
  program: (value) =>
    value.objects.length === 0 &&
    (value.text === undefined ? mayBePage(value) : /^\0(?!\u0001)/u.test(value.text)),
  'path-object': ({ refs }) => refs.some((ref) => PATH_OBJECT.test(ref)),
  'stored-upload': (_, event) =>
    'receiver' in event && event.receiver?.refs.some((ref) => UPLOAD.test(ref)) === true,
  record: (_, event) =>
    event.kind === 'call' &&
    event.args.some(({ isSpread }) => isSpread === true) &&
    !event.refs.some((ref) => NO_MODEL.test(ref)),
  'answer-text': (value, { span }, m) => mayBePage(value) && !saysOtherType(m, span),
  'format-text': (value, event, m) =>
    CONDITIONS['answer-text'](value, event, m) && getsValues(event),
  'sent-file': leadsOut,
  element: (_, event, m) => !isTextElement(m, event),
  'file-name': ({ refs }) =>
    !refs.some((ref) =>
      /Request\.(?:files|FILES)\.|^flask:Request\.stream|\bBytesIO\(\)|UploadFile\.file/u.test(ref),
    ),
  model: (_, { span }, { text }) =>
    !SERVICE.test(text.slice(span.start, Math.min(span.end, span.start + 200))),
  documents: (_, event, m) => mayHaveDocuments(event, m),
  made: ({ objects }) => objects.length > 0,
  credentials: (_, __, m) => CREDENTIALS.test(m.text),
  'allowed-origin': (_, __, m) => CREDENTIALS.test(m.text) && !ORIGIN_LIST.test(m.text),
};
