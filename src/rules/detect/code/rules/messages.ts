/** Untrusted data in lines of messages and logs. */

import type { CodeRule } from '../code-rule.ts';
import { PYTHON_HEADERS } from './python/addresses.ts';

const FLASK = 'from flask import Flask, redirect, request\n\napp = Flask(__name__)\n\n\n';

/** The rules. */
export const MESSAGE_RULES: readonly CodeRule[] = [
  {
    name: 'header-injection',
    title: 'untrusted data in a header',
    severity: 'medium',
    confidence: 'medium',
    cwe: [113],
    kind: 'header',
    why: 'A line break in the data begins another header or the body of another message.',
    remedy: 'Remove line breaks, or encode the data.',
    javascript: {
      sinks: [
        '$TRANSPORT.sendMail({ subject: $SINK })',
        '$TRANSPORT.sendMail({ to: $SINK })',
        '$TRANSPORT.sendMail({ from: $SINK })',
        ...['write', 'end'].map((name) => ({
          pattern: `$SOCKET.${name}($SINK, ...)`,
          when: 'message' as const,
        })),
        // A message that is written to a connection as it is.
        ...[
          'net.connect()',
          'net.createConnection()',
          'net.Socket()',
          'tls.connect()',
          'tls.TLSSocket()',
        ].flatMap((name) => [`${name}.write($SINK, ...)`, `${name}.end($SINK, ...)`]),
      ],
    },
    python: { sinks: PYTHON_HEADERS },
    example: 'py',
    failing:
      'import smtplib\n' +
      FLASK +
      "@app.post('/contact')\ndef contact():\n    server = smtplib.SMTP('mail')\n    server.sendmail('a@b.example', 'c@b.example', 'Subject: ' + request.form['subject'] + '\\n\\nHello')\n    return {'sent': True}\n",
    passing:
      'import smtplib\n' +
      FLASK +
      "@app.post('/contact')\ndef contact():\n    server = smtplib.SMTP('mail')\n    server.sendmail('a@b.example', 'c@b.example', 'Subject: a question\\n\\nHello')\n    return {'sent': True}\n",
  },
  {
    name: 'log-injection',
    title: 'untrusted data in a log without an encoding',
    severity: 'low',
    confidence: 'low',
    cwe: [117],
    kind: 'log',
    why: 'A line break in the data begins another line, which looks like one of the program.',
    remedy: 'Log the data as JSON or without line breaks.',
    javascript: {
      sinks: [
        'console.log($SINK)',
        'console.error($SINK)',
        'console.info($SINK)',
        'console.warn($SINK)',
      ],
    },
    python: {
      sinks: 'info warning warn error debug critical exception'
        .split(' ')
        .flatMap((name) =>
          [
            'logging',
            'logging.getLogger()',
            'flask:App.logger',
            'flask.current_app.logger',
          ].flatMap((logger) => [
            `${logger}.${name}($SINK, ...)`,
            ...['$A', '$A, $B', '$A, $B, $C'].map(
              (before) => `${logger}.${name}(${before}, $SINK, ...)`,
            ),
          ]),
        ),
    },
    example: 'py',
    failing:
      'import logging\n' +
      FLASK +
      "@app.get('/')\ndef index():\n    logging.info('visit of ' + request.args['name'])\n    return {}\n",
    passing:
      'import json\nimport logging\n' +
      FLASK +
      "@app.get('/')\ndef index():\n    logging.info('visit of ' + json.dumps(request.args['name']))\n    return {}\n",
  },
];
