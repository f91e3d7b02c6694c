/**
 * Runs programs in JavaScript with stubs for their modules and marked inputs, and prints which of
 * them sent marked text to their sink in a harmful form. Reads programs from standard input.
 */
import realPath from 'node:path';
import vm from 'node:vm';

const TIMEOUT_MS = 2000;

/** Whether marked text is harmful to a kind of sink. */
const HARMFUL = {
  command: (text) => /[;&|$`\n]\s*MARK/u.test(text),
  path: (text) => text.includes('MARK') && !realPath.normalize(text).startsWith('/srv/data/'),
  html: (text) => text.includes('<MARK'),
  sql: (text) => /'[^']*MARK/u.test(text) && !/^'(?:[^'\\]|\\.)*'$/u.test(text),
  redirect: (text) => /^(?:https?:)?\/\/MARK/u.test(text),
};

const escapeHtml = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escapeSql = (text) => `'${text.replaceAll("'", "\\'")}'`;

async function run({ text, kind }, input) {
  let arrived = false;
  let type = 'text/html';
  const sink = (of) => (value) => {
    if (of === kind && type === 'text/html' && HARMFUL[kind](String(value))) arrived = true;
  };
  const handlers = [];
  const modules = {
    express: () => ({ get: (_, handler) => handlers.push(handler) }),
    child_process: { exec: sink('command') },
    fs: { readFileSync: sink('path') },
    path: realPath.posix,
    mysql: { createConnection: () => ({ query: sink('sql') }), escape: escapeSql },
    'escape-html': escapeHtml,
  };
  const context = vm.createContext({ require: (name) => modules[name], setImmediate });
  const response = {
    send: sink('html'),
    redirect: sink('redirect'),
    sendStatus: () => undefined,
    setHeader: (_, value) => (type = value),
  };
  vm.runInContext(text, context, { timeout: TIMEOUT_MS });
  const values = { x: input };
  for (const handler of handlers) {
    try {
      await handler({ query: values, body: values, params: values }, response);
    } catch (error) {
      // A check that throws ends the request.
      if (error?.message !== 'no') throw error;
    }
  }
  return arrived;
}

async function main() {
  const pieces = [];
  for await (const piece of process.stdin) pieces.push(piece);
  const { programs, inputs } = JSON.parse(Buffer.concat(pieces).toString());
  const results = [];
  for (const program of programs) {
    let arrived = false;
    for (const input of inputs[program.kind]) arrived = (await run(program, input)) || arrived;
    results.push(arrived);
  }
  process.stdout.write(JSON.stringify(results));
}

await main();
