/** Untrusted data in paths, addresses and pages. */

import type { CodeRule } from '../code-rule.ts';
import { first, second } from './python/calls.ts';
import { PYTHON_SERVERS, PYTHON_TARGETS } from './python/addresses.ts';
import { PYTHON_PATHS } from './python/files.ts';
import { PYTHON_PAGES, SENDERS } from './pages.ts';

const FLASK = 'from flask import Flask, redirect, request\n\napp = Flask(__name__)\n\n\n';
const EXPRESS = "const express = require('express');\nconst app = express();\n";

const FS_CALLS =
  'readFile readFileSync writeFile writeFileSync appendFile appendFileSync createReadStream createWriteStream unlink unlinkSync rm rmSync rmdir rmdirSync readdir readdirSync open openSync copyFile copyFileSync rename renameSync mkdir mkdirSync truncate truncateSync readJson readJsonSync writeJson outputFile remove removeSync readlink symlink chmod chown opendir cp cpSync outputFileSync ensureDir ensureDirSync readJSON move'.split(
    ' ',
  );

/** The rules. */
export const WEB_RULES: readonly CodeRule[] = [
  {
    name: 'path-traversal',
    title: 'untrusted data in the path of a file',
    severity: 'high',
    confidence: 'high',
    cwe: [22],
    kind: 'path',
    why: 'With ../ or an absolute path, the data leads to any file that the program can read or write.',
    remedy:
      'Take only the last part of the path, or resolve it and check that it is below the directory that is meant.',
    javascript: {
      sinks: [
        ...FS_CALLS.map((name) => `fs.${name}($SINK, ...)`),
        ...['rename', 'renameSync', 'copyFile', 'copyFileSync'].map(
          (name) => `fs.${name}($FROM, $SINK, ...)`,
        ),
        // With a root, these refuse paths that lead out of it.
        ...['sendFile', 'sendfile'].map((name) => ({
          pattern: `express:Response.${name}($SINK, ...)`,
          when: 'sent-file' as const,
          not: [`express:Response.${name}($PATH, { root: $ROOT }, ...)`],
        })),
        {
          pattern: 'express:Response.download($SINK, ...)',
          not: [
            'express:Response.download($PATH, { root: $ROOT }, ...)',
            'express:Response.download($PATH, $NAME, { root: $ROOT }, ...)',
          ],
        },
        // Options that are not seen mostly have a root.
        ...['send', 'koa-send'].flatMap((name) => [
          `${name}($FIRST, $SINK)`,
          {
            pattern: `${name}($FIRST, $SINK, {})`,
            not: [`${name}($FIRST, $PATH, { root: $ROOT })`],
          },
        ]),
        'Bun.file($SINK, ...)',
        'Bun.write($SINK, ...)',
        ...['readFile', 'readTextFile', 'writeFile', 'writeTextFile', 'open', 'remove'].map(
          (name) => `Deno.${name}($SINK, ...)`,
        ),
      ],
    },
    python: { sinks: PYTHON_PATHS },
    example: 'js',
    failing: `${EXPRESS}const fs = require('fs');\napp.get('/file', (req, res) => {\n  res.end(fs.readFileSync('/srv/files/' + req.query.name));\n});\n`,
    passing: `${EXPRESS}const fs = require('fs');\nconst path = require('path');\napp.get('/file', (req, res) => {\n  res.end(fs.readFileSync(path.join('/srv/files', path.basename(req.query.name))));\n});\n`,
  },
  {
    name: 'server-side-request-forgery',
    title: 'untrusted data chooses the server of a request',
    severity: 'high',
    confidence: 'high',
    cwe: [918],
    kind: 'url',
    why: 'The request is made from inside of the network: it reaches services and metadata that the outside cannot.',
    remedy: 'Keep the host of the address fixed, or check it against a list of allowed hosts.',
    javascript: {
      sinks: [
        ...[
          'fetch',
          'axios',
          'got',
          'node-fetch',
          'undici.fetch',
          'undici.request',
          'superagent',
          'request',
          'needle',
          'cross-fetch',
          'http.get',
          'https.get',
          'http.request',
          'https.request',
          'phin',
        ].map((pattern) => ({ pattern: `${pattern}($SINK, ...)`, when: 'open-host' as const })),
        ...['axios', 'got', 'superagent', 'request', 'needle', 'ky'].flatMap((library) =>
          ['get', 'post', 'put', 'delete', 'head', 'patch', 'request'].map((name) => ({
            pattern: `${library}.${name}($SINK, ...)`,
            when: 'open-host' as const,
          })),
        ),
        ...['axios', 'request', 'got', 'axios.request'].flatMap((name) => [
          { pattern: `${name}({ url: $SINK }, ...)`, when: 'open-host' as const },
          { pattern: `${name}({ uri: $SINK }, ...)`, when: 'open-host' as const },
          { pattern: `${name}({ baseURL: $SINK }, ...)`, when: 'open-host' as const },
        ]),
        ...['http.get', 'https.get', 'http.request', 'https.request'].flatMap((name) => [
          `${name}({ host: $SINK }, ...)`,
          `${name}({ hostname: $SINK }, ...)`,
        ]),
        'net.connect($PORT, $SINK, ...)',
        { pattern: '$PAGE.goto($SINK, ...)', when: 'open-host' },
      ],
    },
    python: { sinks: PYTHON_SERVERS },
    example: 'py',
    failing:
      'import requests\n' +
      FLASK +
      "@app.get('/preview')\ndef preview():\n    return {'text': requests.get(request.args['url'], timeout=5).text}\n",
    passing:
      'import requests\n' +
      FLASK +
      "@app.get('/preview')\ndef preview():\n    page = request.args['page']\n    return {'text': requests.get(f'https://api.example/pages/{page}', timeout=5).text}\n",
  },
  {
    name: 'open-redirect',
    title: 'untrusted data is the target of a redirect',
    severity: 'medium',
    confidence: 'high',
    cwe: [601],
    kind: 'redirect',
    why: 'A link to the trusted site leads to another one, which asks for the password.',
    remedy: 'Redirect only to paths of the own site, or check the host against a list.',
    javascript: {
      sinks: [
        { pattern: 'express:Response.redirect($SINK)', when: 'open-target' },
        { pattern: 'express:Response.redirect($STATUS, $SINK)', when: 'open-target' },
        { pattern: 'express:Response.location($SINK)', when: 'open-target' },
        { pattern: 'koa:Context.redirect($SINK, ...)', when: 'open-target' },
        { pattern: 'next/server.NextResponse.redirect($SINK, ...)', when: 'open-target' },
        { pattern: 'Response.redirect($SINK, ...)', when: 'open-target' },
        { pattern: 'next/navigation.redirect($SINK, ...)', when: 'open-target' },
        ...[
          'next/navigation.permanentRedirect',
          'hono:Context.redirect',
          'hapi:Toolkit.redirect',
        ].map((name) => ({ pattern: `${name}($SINK, ...)`, when: 'open-target' as const })),
        ...['@remix-run/node', '@remix-run/server-runtime', 'react-router', 'react-router-dom'].map(
          (name) => ({ pattern: `${name}.redirect($SINK, ...)`, when: 'open-target' as const }),
        ),
        { pattern: '@sveltejs/kit.redirect($STATUS, $SINK)', when: 'open-target' },
        ...['Location', 'location'].flatMap((key) => [
          ...['setHeader', 'header', 'set', 'append'].map((name) => ({
            pattern: `express:Response.${name}("${key}", $SINK)`,
            when: 'open-place' as const,
            // What was made or accepted is there (RFC 9110, section 10.2.2).
            unless: /\b(?:status|writeHead|code)\(\s*20[12]\b/u,
          })),
          { pattern: `koa:Context.set("${key}", $SINK)`, when: 'open-place' as const },
          ...[
            `express:Response.writeHead($STATUS, { ${key}: $SINK }, ...)`,
            `express:Response.set({ ${key}: $SINK })`,
            `Response($BODY, { headers: { ${key}: $SINK } })`,
            `next/server.NextResponse($BODY, { headers: { ${key}: $SINK } })`,
          ].map((pattern) => ({ pattern, when: 'open-target' as const })),
        ]),
        ...[
          'location.href',
          'window.location.href',
          'window.location',
          'document.location',
          'location',
        ].map((name) => ({ pattern: `${name} = $SINK`, when: 'open-target' as const })),
        ...[
          'location.assign',
          'location.replace',
          'window.location.assign',
          'window.location.replace',
          'window.open',
        ].map((name) => ({ pattern: `${name}($SINK, ...)`, when: 'open-target' as const })),
      ],
    },
    python: { sinks: PYTHON_TARGETS },
    example: 'py',
    failing:
      FLASK + "@app.get('/next')\ndef follow():\n    return redirect(request.args['next'])\n",
    passing:
      FLASK +
      "@app.get('/next')\ndef follow():\n    target = request.args['next']\n    if target not in ['/home', '/help']:\n        target = '/home'\n    return redirect(target)\n",
  },
  {
    name: 'cross-site-scripting',
    title: 'untrusted data in a page without escaping',
    severity: 'high',
    confidence: 'high',
    cwe: [79],
    kind: 'html',
    why: 'A link with a script in the data runs that script in the session of the user who opens it.',
    remedy: 'Escape the data for HTML, or use a template that does.',
    javascript: {
      sinks: [
        ...[
          'express:Response.send($SINK)',
          'express:Response.write($SINK, ...)',
          'express:Response.end($SINK, ...)',
          'koa:Context.body = $SINK',
          'express:Response.body = $SINK',
        ].map((pattern) => ({ pattern, when: 'page' as const })),
        'hono:Context.html($SINK, ...)',
        'handlebars.SafeString($SINK)',
        'Handlebars.SafeString($SINK)',
        { pattern: 'Response($SINK, { headers: { "Content-Type": "text/html" } })' },
        { pattern: 'Response($SINK, { headers: { "content-type": "text/html" } })' },
      ],
    },
    python: {
      sinks: [
        { pattern: 'return $SINK', when: 'html-handler', modules: SENDERS } as const,
        ...PYTHON_PAGES,
        ...first(
          'fastapi.responses.HTMLResponse|content starlette.responses.HTMLResponse|content django.utils.html.format_html',
        ),
        ...second('django.utils.html.format_html_join'),
        'markupsafe.Markup($SINK)',
        'flask.Markup($SINK)',
        'jinja2.Markup($SINK)',
        'django.utils.safestring.mark_safe($SINK)',
        'django.utils.safestring.SafeString($SINK)',
      ],
    },
    example: 'js',
    failing: `${EXPRESS}app.get('/hello', (req, res) => {\n  res.send(\`<h1>Hello \${req.query.name}</h1>\`);\n});\n`,
    passing: `${EXPRESS}const escapeHtml = require('escape-html');\napp.get('/hello', (req, res) => {\n  res.send(\`<h1>Hello \${escapeHtml(req.query.name)}</h1>\`);\n});\n`,
  },
  {
    name: 'dom-cross-site-scripting',
    title: 'untrusted data becomes part of the page in the browser',
    severity: 'high',
    confidence: 'high',
    cwe: [79],
    kind: 'html',
    why: 'Elements and scripts in the data become part of the page and run with the session of the user.',
    remedy: 'Set textContent, or sanitize the data with a library that is made for it.',
    javascript: {
      sinks: [
        ...['innerHTML', 'outerHTML', 'srcdoc'].map((name) => ({
          pattern: `$ELEMENT.${name} = $SINK`,
          when: 'element' as const,
        })),
        'document.write($SINK, ...)',
        'document.writeln($SINK, ...)',
        '$ELEMENT.insertAdjacentHTML($WHERE, $SINK)',
        '$RANGE.createContextualFragment($SINK)',
        {
          // No file has the name of an element as that of a call.
          ...{ pattern: 'jsx($TAG, { dangerouslySetInnerHTML: { __html: $SINK } })' },
          word: 'dangerouslySetInnerHTML',
        },
        'react.createElement($TAG, { dangerouslySetInnerHTML: { __html: $SINK } }, ...)',
        ...['html', 'append', 'prepend', 'after', 'before', 'replaceWith'].map(
          (name) => `jquery().${name}($SINK)`,
        ),
      ],
    },
    example: 'js',
    failing:
      "const title = new URLSearchParams(location.search).get('title');\ndocument.querySelector('h1').innerHTML = title;\n",
    passing:
      "const title = new URLSearchParams(location.search).get('title');\ndocument.querySelector('h1').textContent = title;\n",
  },
];
