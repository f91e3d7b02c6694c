/** Untrusted data that becomes part of a command, a query, a template or code. */

import type { SearchData } from '../../../flow/rules.ts';
import type { CodeRule } from '../code-rule.ts';
import { PYTHON_CODE, PYTHON_COMMANDS } from './python/commands.ts';
import { PYTHON_SQL } from './python/queries.ts';

/**
 * A statement in which a value is not known: behind a comparison, or in quotes. Names of tables and
 * columns cannot be parameters.
 */
const SQL_WITH_VALUE =
  /^[\s\S]{0,200}\b(?:select|insert|update|delete|replace)\b[\s\S]*(?:[=<>]\s*['"]?%?|\blike\s+['"]?%?|[(,]\s*['"])\0(?!\u0001\u0002)/iu;

/** What is put in is no list of placeholders, and no name of a table or a column. */
const NO_PLACEHOLDER =
  /^(?![\s\S]*(?:place_?holder|param|marker|(?<![a-z])(?:ph|qmark|marks|table|column|schema)(?![a-z])))/iu;

/** The rules. */
export const INJECTION_RULES: readonly CodeRule[] = [
  {
    name: 'command-injection',
    title: 'untrusted data in a shell command',
    severity: 'critical',
    confidence: 'high',
    cwe: [78],
    kind: 'command',
    why: 'A shell reads the text as commands: characters such as ; and $() in the data start other programs.',
    remedy:
      'Start the program without a shell, with its arguments as a list, and check the data against a list of allowed values.',
    javascript: {
      sinks: [
        ...['exec', 'execSync'].map((name) => `child_process.${name}($SINK, ...)`),
        ...['spawn', 'spawnSync', 'execFile', 'execFileSync'].flatMap((name) => [
          { pattern: `child_process.${name}($SINK, ...)` },
          { pattern: `child_process.${name}("sh", ["-c", $SINK, ...], ...)` },
          { pattern: `child_process.${name}("bash", ["-c", $SINK, ...], ...)` },
          { pattern: `child_process.${name}("/bin/sh", ["-c", $SINK, ...], ...)` },
          { pattern: `child_process.${name}("/bin/bash", ["-c", $SINK, ...], ...)` },
          { pattern: `child_process.${name}($X, $SINK, { shell: true })`, isDeep: true },
        ]),
        'shelljs.exec($SINK, ...)',
        'execa.command($SINK, ...)',
        'execa.execaCommand($SINK, ...)',
        'execa.commandSync($SINK, ...)',
        'execa.execaCommandSync($SINK, ...)',
        'execa($SINK, ...)',
        'cross-spawn($SINK, ...)',
        'node-cmd.run($SINK, ...)',
        'node-cmd.get($SINK, ...)',
      ],
    },
    python: { sinks: PYTHON_COMMANDS },
    example: 'py',
    failing:
      "import os\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.route('/ping')\ndef ping():\n    host = request.args.get('host')\n    os.system('ping -c 1 ' + host)\n    return 'done'\n",
    passing:
      "import subprocess\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.route('/ping')\ndef ping():\n    host = request.args.get('host')\n    subprocess.run(['ping', '-c', '1', '--', host], check=True)\n    return 'done'\n",
  },
  {
    name: 'code-injection',
    title: 'untrusted data is run as code',
    severity: 'critical',
    confidence: 'high',
    cwe: [94, 95],
    kind: 'code',
    why: 'The data is run with all rights of the program.',
    remedy: 'Read the data with a parser, such as JSON, or choose a function from a table by name.',
    javascript: {
      sinks: [
        'eval($SINK)',
        'globalThis.eval($SINK)',
        'window.eval($SINK)',
        'Function(..., $SINK)',
        'new Function(..., $SINK)',
        'setTimeout($SINK, ...)',
        'setInterval($SINK, ...)',
        ...['runInContext', 'runInNewContext', 'runInThisContext', 'compileFunction'].map(
          (name) => `vm.${name}($SINK, ...)`,
        ),
        'new vm.Script($SINK, ...)',
        'vm2.VM().run($SINK, ...)',
        'vm2.NodeVM().run($SINK, ...)',
        'safe-eval($SINK, ...)',
        'static-eval($SINK, ...)',
        'require-from-string($SINK, ...)',
      ],
    },
    python: { sinks: PYTHON_CODE },
    example: 'js',
    failing:
      "const express = require('express');\nconst app = express();\napp.get('/sum', (req, res) => {\n  res.json(eval(req.query.expression));\n});\n",
    passing:
      "const express = require('express');\nconst app = express();\napp.get('/sum', (req, res) => {\n  res.json(Number(req.query.a) + Number(req.query.b));\n});\n",
  },
  {
    name: 'sql-injection',
    title: 'untrusted data in a statement of SQL',
    severity: 'critical',
    confidence: 'high',
    cwe: [89],
    kind: 'sql',
    why: 'A quote in the data ends the value, and what follows changes the statement: it reads or deletes other rows.',
    remedy: 'Pass the data as a parameter of the statement, apart from its text.',
    javascript: {
      sinks: [
        ...[
          'query',
          'execute',
          'raw',
          'unsafe',
          'exec',
          'run',
          'all',
          'get',
          'prepare',
          'each',
        ].flatMap((name) => [
          `sql:Client.${name}($SINK, ...)`,
          `sql:Client.${name}({ text: $SINK }, ...)`,
          `sql:Client.${name}({ sql: $SINK }, ...)`,
          { pattern: `$DB.${name}($SINK, ...)`, when: 'sql', confidence: 'medium' } as const,
        ]),
        { pattern: '$DB.query({ text: $SINK }, ...)', when: 'sql' },
        { pattern: '$DB.query({ sql: $SINK }, ...)', when: 'sql' },
        ...['$queryRawUnsafe', '$executeRawUnsafe'].map((name) => `$DB.${name}($SINK, ...)`),
        ...[
          ...['whereRaw', 'orWhereRaw', 'andWhereRaw', 'havingRaw', 'orHavingRaw', 'orderByRaw'],
          ...['groupByRaw', 'joinRaw', 'fromRaw'],
        ].map((name) => `$QUERY.${name}($SINK, ...)`),
        'sql:Client.literal($SINK)',
        { pattern: '$SEQUELIZE.literal($SINK)', confidence: 'medium' },
        'drizzle-orm.sql.raw($SINK)',
        'kysely.sql.raw($SINK)',
        '@prisma/client.Prisma.raw($SINK)',
        ...[
          'where',
          'andWhere',
          'orWhere',
          'having',
          'andHaving',
          'orHaving',
          'orderBy',
          'addOrderBy',
        ].map((name) => ({
          pattern: `$QUERY.${name}($SINK, ...)`,
          when: 'sql-part' as const,
          confidence: 'medium' as const,
        })),
        'sequelize.literal($SINK)',
        'sequelize.Sequelize.literal($SINK)',
        '$DB.createQueryBuilder().where($SINK, ...)',
        'typeorm.getConnection().query($SINK, ...)',
      ],
    },
    python: { sinks: PYTHON_SQL },
    example: 'py',
    failing:
      "import sqlite3\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get('/user')\ndef user():\n    db = sqlite3.connect('users.db')\n    name = request.args['name']\n    rows = db.execute(f\"SELECT * FROM users WHERE name = '{name}'\")\n    return {'rows': rows.fetchall()}\n",
    passing:
      "import sqlite3\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get('/user')\ndef user():\n    db = sqlite3.connect('users.db')\n    name = request.args['name']\n    rows = db.execute('SELECT * FROM users WHERE name = ?', (name,))\n    return {'rows': rows.fetchall()}\n",
  },
  {
    name: 'sql-from-text',
    title: 'a statement of SQL is put together from text',
    severity: 'medium',
    confidence: 'medium',
    cwe: [89],
    why: 'A quote in the value ends it, and what follows changes the statement. Whether someone else chooses the value is not known.',
    remedy: 'Pass the value as a parameter of the statement, apart from its text.',
    python: {
      search: ['sql:Cursor', 'sql:Connection', '$DB'].flatMap((object) =>
        ['execute', 'executemany', 'executescript'].map((name): SearchData => ({
          pattern: `${object}.${name}($SQL, ...)`,
          where: { SQL: SQL_WITH_VALUE },
          data: NO_PLACEHOLDER,
        })),
      ),
    },
    example: 'py',
    failing:
      "import sqlite3\n\n\ndef find(name):\n    db = sqlite3.connect('users.db')\n    return db.execute(f\"SELECT * FROM users WHERE name = '{name}'\").fetchall()\n",
    passing:
      "import sqlite3\n\n\ndef find(name):\n    db = sqlite3.connect('users.db')\n    return db.execute('SELECT * FROM users WHERE name = ?', (name,)).fetchall()\n",
  },
];
