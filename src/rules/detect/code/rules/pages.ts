/**
 * Where programs in Python write pages, by the documentation of Flask, Django, Starlette, aiohttp
 * and Tornado.
 */

import type { SinkData } from '../../../flow/rules.ts';
import { each, first } from './python/calls.ts';

/** Modules of frameworks that send the texts that handlers return as pages. */
export const SENDERS = [
  ...['flask', 'quart', 'flask_restful', 'flask_restx', 'bottle', 'cherrypy', 'fastapi'],
];

/** Sinks of pages. */
export const PYTHON_PAGES: readonly (string | SinkData)[] = [
  {
    ...{ pattern: 'return [$SINK, ...]', when: 'html-handler' as const, modules: SENDERS },
    not: [
      'return [$PAGE, { "Content-Type": $OTHER }]',
      'return [$PAGE, $STATUS, { "Content-Type": $OTHER }]',
    ],
  },
  { pattern: 'flask.make_response($SINK, ...)', when: 'answer' as const },
  // Without a type of the content, these send HTML.
  ...[
    'flask.Response',
    'quart.Response',
    'werkzeug.Response',
    'werkzeug.wrappers.Response',
    'django.http.HttpResponse',
    'django.http.response.HttpResponse',
  ].flatMap((name) =>
    ['$SINK', 'content=$SINK', 'response=$SINK'].map((first) => ({
      pattern: `${name}(${first}, ...)`,
      when: 'answer' as const,
      not: [
        ...['mimetype', 'content_type', 'headers'].map(
          (kind) => `${name}(${first}, ..., ${kind}=$OTHER)`,
        ),
        ...(name.startsWith('django') ? [`${name}(${first}, $TYPE, ...)`] : []),
      ],
    })),
  ),
  ...[
    ...['flask.Response', 'quart.Response', 'werkzeug.wrappers.Response', 'aiohttp.web.Response'],
    ...['django.http.HttpResponse', 'fastapi.Response', 'fastapi.responses.Response'],
    ...['starlette.responses.Response'],
  ].flatMap((name) =>
    ['$SINK', 'content=$SINK', 'response=$SINK', 'text=$SINK', 'body=$SINK'].flatMap((first) =>
      ['mimetype', 'content_type', 'media_type'].flatMap((kind) =>
        ['text/html', 'text/html; charset=utf-8'].map(
          (type) => `${name}(${first}, ..., ${kind}="${type}")`,
        ),
      ),
    ),
  ),
  // Without a type of the content, these send HTML, too. Their first argument is the page.
  ...first(
    `${each('django.http', 'HttpResponseNotFound|content HttpResponseBadRequest|content HttpResponseForbidden|content HttpResponseServerError|content HttpResponseGone|content')}
    pyramid.response.Response|body|text webob.Response|body|text sanic.response.html sanic.html bottle.HTTPResponse|body`,
    { when: 'answer' },
  ),
  ...first(
    `${each('django.http', 'HttpResponse().write HttpResponseNotFound().write')} flask.Response().set_data flask.make_response().set_data`,
    { when: 'answer' },
  ),
  ...[
    'django.http.HttpResponse().content',
    'flask.Response().data',
    'flask.make_response().data',
  ].map((name): SinkData => ({ pattern: `${name} = $SINK`, when: 'answer' })),
  // The elements of a list are sent one behind the other.
  ...['flask.Response', 'django.http.StreamingHttpResponse'].map((name): SinkData => ({
    pattern: `${name}([$SINK, ...], ...)`,
    when: 'answer',
    not: ['mimetype', 'content_type', 'headers'].map(
      (kind) => `${name}($PAGE, ..., ${kind}=$OTHER)`,
    ),
  })),
  // Templates that are written in the program and do not escape a variable.
  ...['flask.render_template_string', 'quart.render_template_string'].map((name): SinkData => ({
    pattern: `${name}($TEMPLATE, $ANY=$SINK)`,
    where: { TEMPLATE: /\{\{[^{}]*\|\s*safe\b|\{%-?\s*autoescape\s+false/u },
    kind: 'html',
  })),
  { pattern: 'http:Server.wfile.write($SINK)', when: 'html' } as const,
  { pattern: 'tornado.web.RequestHandler().write($SINK)', when: 'html' } as const,
];
