/**
 * Untrusted data that becomes part of a query of another kind, a template, an expression or the
 * name of a module.
 */

import type { CodeRule } from '../code-rule.ts';
import { each, first } from './python/calls.ts';
import { PYTHON_MODULES } from './python/commands.ts';
import { PYTHON_LDAP, PYTHON_NOSQL, PYTHON_TEMPLATES, PYTHON_XPATH } from './python/queries.ts';

/**
 * A repeated group in which one part is repeated and every other part is optional, so that the same
 * text can be split between the two repetitions in many ways. It is matched against the source of
 * expressions.
 */
const NESTED =
  /\((?:\?:)?(?:(?:\\.|\[(?:\\.|[^\]\\])*\]|[^\\()[\]*+?|{}])[*?])*(?:\\.|\[(?:\\.|[^\]\\])*\]|[^\\()[\]*+?|{}])[+*](?:(?:\\.|\[(?:\\.|[^\]\\])*\]|[^\\()[\]*+?|{}])[*?])*\)(?:[*+]|\{\d+,\})(?!$)/u;

/** The rules. */
export const QUERY_RULES: readonly CodeRule[] = [
  {
    name: 'nosql-injection',
    title: 'untrusted object in a query of a document database',
    severity: 'high',
    confidence: 'medium',
    cwe: [943],
    kind: 'nosql',
    why: 'A request can carry an object such as {"$ne": null} in place of a text, which matches every document.',
    remedy: 'Convert the value to a text or a number before it becomes part of the query.',
    javascript: {
      sinks: [
        ...[
          'find',
          'findOne',
          'findOneAndUpdate',
          'findOneAndDelete',
          'updateOne',
          'updateMany',
          'deleteOne',
          'deleteMany',
          'countDocuments',
          'aggregate',
          'remove',
          'count',
          'where',
        ].flatMap((name) => [
          { pattern: `mongo:Collection.${name}($SINK, ...)`, isDeep: true },
          ...([
            'findOne',
            'findOneAndUpdate',
            'findOneAndDelete',
            'updateOne',
            'deleteOne',
            'deleteMany',
            'updateMany',
          ].includes(name)
            ? [{ pattern: `$MODEL.${name}($SINK, ...)`, isDeep: true, when: 'documents' as const }]
            : []),
        ]),
        // An expression of JavaScript, also in a text.
        ...[
          '$MODEL.$where($SINK)',
          ...['find', 'findOne', 'count', 'countDocuments', 'deleteMany', 'updateMany'].flatMap(
            (name) => [
              `$MODEL.${name}({ $where: $SINK }, ...)`,
              `mongo:Collection.${name}({ $where: $SINK }, ...)`,
            ],
          ),
        ].map((pattern) => ({ pattern, kind: 'code' as const })),
      ],
    },
    python: { sinks: PYTHON_NOSQL },
    example: 'js',
    failing:
      "const express = require('express');\nconst User = require('./user');\nconst app = express();\napp.post('/login', async (req, res) => {\n  const user = await User.findOne({ name: req.body.name, password: req.body.password });\n  res.json({ found: user !== null });\n});\n",
    passing:
      "const express = require('express');\nconst User = require('./user');\nconst app = express();\napp.post('/login', async (req, res) => {\n  const user = await User.findOne({ name: String(req.body.name) });\n  res.json({ found: user !== null });\n});\n",
  },
  {
    name: 'ldap-injection',
    title: 'untrusted data in a filter of LDAP',
    severity: 'high',
    confidence: 'high',
    cwe: [90],
    kind: 'ldap',
    why: 'Characters such as * and ) in the data change the filter, so that it matches other entries.',
    remedy: 'Escape the data as RFC 4515 says, with the function of the library.',
    javascript: {
      sinks: [
        { pattern: 'ldap:Client.search($BASE, { filter: $SINK }, ...)' },
        'ldap:Client.search($SINK, ...)',
        '$CLIENT.search($BASE, { filter: $SINK }, ...)',
      ],
    },
    python: { sinks: PYTHON_LDAP },
    example: 'py',
    failing:
      "import ldap\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get('/who')\ndef who():\n    directory = ldap.initialize('ldap://directory')\n    name = request.args['name']\n    return str(directory.search_s('dc=example', ldap.SCOPE_SUBTREE, f'(uid={name})'))\n",
    passing:
      "import ldap\nfrom ldap.filter import escape_filter_chars\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get('/who')\ndef who():\n    directory = ldap.initialize('ldap://directory')\n    name = escape_filter_chars(request.args['name'])\n    return str(directory.search_s('dc=example', ldap.SCOPE_SUBTREE, f'(uid={name})'))\n",
  },
  {
    name: 'xpath-injection',
    title: 'untrusted data in an expression of XPath',
    severity: 'high',
    confidence: 'high',
    cwe: [643],
    kind: 'xpath',
    why: 'A quote in the data ends the value, and what follows selects other nodes.',
    remedy: 'Pass the data as a variable of the expression.',
    javascript: {
      sinks: [
        'xpath.select($SINK, ...)',
        'xpath.select1($SINK, ...)',
        'xpath.evaluate($SINK, ...)',
        'xpath.parse($SINK)',
        'document.evaluate($SINK, ...)',
        '$DOC.find($SINK, "xpath")',
        'libxmljs.parseXml().get($SINK, ...)',
        'libxmljs.parseXml().find($SINK, ...)',
      ],
    },
    python: { sinks: PYTHON_XPATH },
    example: 'py',
    failing:
      "from flask import Flask, request\nfrom lxml import etree\n\napp = Flask(__name__)\ntree = etree.parse('users.xml')\n\n\n@app.get('/user')\ndef user():\n    name = request.args['name']\n    return str(len(tree.xpath(\"//user[@name='\" + name + \"']\")))\n",
    passing:
      "from flask import Flask, request\nfrom lxml import etree\n\napp = Flask(__name__)\ntree = etree.parse('users.xml')\n\n\n@app.get('/user')\ndef user():\n    name = request.args['name']\n    return str(len(tree.xpath('//user[@name=$name]', name=name)))\n",
  },
  {
    name: 'template-injection',
    title: 'untrusted data is read as a template',
    severity: 'critical',
    confidence: 'high',
    cwe: [1336],
    kind: 'template',
    why: 'Templates can call functions of the program: who writes the template runs code on the server.',
    remedy: 'Keep the template fixed, and pass the data to it as a variable.',
    javascript: {
      sinks: [
        ...[
          'ejs.render',
          'ejs.compile',
          'pug.render',
          'pug.compile',
          'jade.render',
          'jade.compile',
          'handlebars.compile',
          'Handlebars.compile',
          'handlebars.precompile',
          'mustache.render',
          'nunjucks.renderString',
          'nunjucks.compile',
          'lodash.template',
          'underscore.template',
          'dot.template',
          'eta.renderString',
          'swig.render',
          'twig.twig',
          'hogan.js.compile',
          'marko.load',
        ].map((name) => `${name}($SINK, ...)`),
        'nunjucks.configure().renderString($SINK, ...)',
        'nunjucks.Environment().renderString($SINK, ...)',
      ],
    },
    python: { sinks: PYTHON_TEMPLATES },
    example: 'py',
    failing:
      "from flask import Flask, render_template_string, request\n\napp = Flask(__name__)\n\n\n@app.get('/hello')\ndef hello():\n    return render_template_string('Hello ' + request.args['name'])\n",
    passing:
      "from flask import Flask, render_template_string, request\n\napp = Flask(__name__)\n\n\n@app.get('/hello')\ndef hello():\n    return render_template_string('Hello {{ name }}', name=request.args['name'])\n",
  },
  {
    name: 'regex-injection',
    title: 'untrusted data is read as a regular expression',
    severity: 'medium',
    confidence: 'high',
    cwe: [730, 1333],
    kind: 'regex',
    why: 'Matching a crafted expression can take hours, in which the server answers no other request.',
    remedy: 'Escape the data, or look for it as a plain text.',
    javascript: { sinks: ['RegExp($SINK, ...)', 'new RegExp($SINK, ...)'] },
    python: {
      sinks: ['re', 'regex', 're2'].flatMap((module) =>
        first(
          each(
            module,
            'compile|pattern match|pattern search|pattern fullmatch|pattern sub|pattern subn|pattern split|pattern findall|pattern finditer|pattern',
          ),
        ),
      ),
    },
    example: 'js',
    failing:
      "const express = require('express');\nconst app = express();\nconst names = ['a', 'b'];\napp.get('/find', (req, res) => {\n  const pattern = new RegExp(req.query.pattern);\n  res.json(names.filter((name) => pattern.test(name)));\n});\n",
    passing:
      "const express = require('express');\nconst escape = require('escape-string-regexp');\nconst app = express();\nconst names = ['a', 'b'];\napp.get('/find', (req, res) => {\n  const pattern = new RegExp(escape(req.query.pattern));\n  res.json(names.filter((name) => pattern.test(name)));\n});\n",
  },
  {
    name: 'slow-regular-expression',
    title: 'a regular expression that can take exponential time is matched with untrusted data',
    severity: 'medium',
    confidence: 'medium',
    cwe: [1333],
    kind: 'size',
    why: 'A repetition within a repetition can split a text in very many ways: a text of 40 characters keeps the server busy for hours.',
    remedy:
      'Write the expression without nested repetitions, or limit the length of the text before.',
    javascript: {
      sinks: [
        ...['test', 'exec'].map((name) => ({
          pattern: `$EXPRESSION.${name}($SINK)`,
          where: { RECEIVER: NESTED },
        })),
        ...['match', 'matchAll', 'search', 'split'].map((name) => ({
          pattern: `$TEXT.${name}($EXPRESSION)`,
          where: { EXPRESSION: NESTED },
          isReceiver: true,
        })),
        ...['replace', 'replaceAll'].map((name) => ({
          pattern: `$TEXT.${name}($EXPRESSION, ...)`,
          where: { EXPRESSION: NESTED },
          isReceiver: true,
        })),
      ],
    },
    python: {
      sinks: [
        ...['match', 'search', 'fullmatch', 'findall', 'finditer', 'split'].flatMap((name) => [
          { pattern: `re.${name}($EXPRESSION, $SINK, ...)`, where: { EXPRESSION: NESTED } },
          { pattern: `re.compile().${name}($SINK, ...)`, where: { RECEIVER: NESTED } },
        ]),
        ...['sub', 'subn'].flatMap((name) => [
          { pattern: `re.${name}($EXPRESSION, $BY, $SINK, ...)`, where: { EXPRESSION: NESTED } },
          { pattern: `re.compile().${name}($BY, $SINK, ...)`, where: { RECEIVER: NESTED } },
        ]),
      ],
    },
    example: 'js',
    failing:
      "const express = require('express');\nconst app = express();\napp.get('/name', (req, res) => {\n  res.json({ isName: /^(?:\\w+\\s?)+$/.test(req.query.name) });\n});\n",
    passing:
      "const express = require('express');\nconst app = express();\napp.get('/name', (req, res) => {\n  res.json({ isName: /^\\w+(?:\\s\\w+)*$/.test(req.query.name) });\n});\n",
  },
  {
    name: 'untrusted-module',
    title: 'untrusted data names the module to load',
    severity: 'high',
    confidence: 'high',
    cwe: [98, 829],
    kind: 'import',
    why: 'Loading a module runs its code: a path in the data leads to any file on the system.',
    remedy: 'Choose the module from a table by name.',
    javascript: {
      sinks: [
        'require($SINK)',
        'require.resolve($SINK, ...)',
        'module.require($SINK)',
        'import($SINK)',
      ],
    },
    python: { sinks: PYTHON_MODULES },
    example: 'py',
    failing:
      "import importlib\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.get('/run')\ndef run():\n    return str(importlib.import_module(request.args['task']).run())\n",
    passing:
      "import reports\nfrom flask import Flask, request\n\napp = Flask(__name__)\nTASKS = {'reports': reports.run}\n\n\n@app.get('/run')\ndef run():\n    return str(TASKS[request.args['task']]())\n",
  },
  {
    name: 'format-string',
    title: 'untrusted data is the format of a text',
    severity: 'medium',
    confidence: 'medium',
    cwe: [134],
    kind: 'format',
    why: 'A format can name attributes of the values that are put in, and shows data that is not meant to be seen.',
    remedy: 'Keep the format fixed, and put the data in as a value.',
    javascript: { sinks: ['util.format($SINK, $X, ...)'] },
    python: {
      sinks: ['format', 'format_map'].map((name) => ({
        pattern: `$FORMAT.${name}(...)`,
        not: [`$FORMAT.${name}()`, `$FORMAT.${name}("...")`],
        isReceiver: true,
        when: 'format-text' as const,
      })),
    },
    example: 'js',
    failing:
      "const util = require('util');\nconst express = require('express');\nconst app = express();\napp.get('/', (req, res) => {\n  res.json({ text: util.format(req.query.form, app.locals) });\n});\n",
    passing:
      "const util = require('util');\nconst express = require('express');\nconst app = express();\napp.get('/', (req, res) => {\n  res.json({ text: util.format('%s', req.query.form) });\n});\n",
  },
];
