/** Services that trust, show or accept more than is needed. */

import type { CodeRule } from '../code-rule.ts';

/** The rules. */
export const SERVICE_RULES: readonly CodeRule[] = [
  {
    name: 'empty-password',
    title: 'a database is opened with an empty password',
    severity: 'medium',
    confidence: 'high',
    cwe: [258],
    why: 'Everybody who reaches the server of the database can read and change it.',
    remedy: 'Give the account a password, and read it from the environment.',
    javascript: {
      search: [
        'mysql.createConnection({ password: "" })',
        'mysql.createPool({ password: "" })',
        'mysql2.createConnection({ password: "" })',
        'mysql2.createPool({ password: "" })',
        'new pg.Pool({ password: "" })',
        'new pg.Client({ password: "" })',
      ],
    },
    python: {
      search: [
        'psycopg2.connect(..., password="")',
        'psycopg.connect(..., password="")',
        'pymysql.connect(..., password="")',
        'MySQLdb.connect(..., passwd="")',
        'mysql.connector.connect(..., password="")',
      ],
    },
    example: 'py',
    failing:
      "import psycopg2\n\nconnection = psycopg2.connect(host='db', user='app', password='')\n",
    passing:
      "import os\nimport psycopg2\n\nconnection = psycopg2.connect(host='db', user='app', password=os.environ['DB_PASSWORD'])\n",
  },
  {
    name: 'unencrypted-snmp',
    title: 'SNMP is used in a version without encryption',
    severity: 'medium',
    confidence: 'high',
    cwe: [319],
    why: 'The community string, which is the password, can be read from the network.',
    remedy: 'Use SNMP version 3 with authentication and encryption.',
    python: {
      search: [
        'pysnmp.hlapi.CommunityData(..., mpModel=0)',
        'pysnmp.hlapi.CommunityData(..., mpModel=1)',
      ],
    },
    example: 'py',
    failing:
      "from pysnmp.hlapi import CommunityData\n\ncommunity = CommunityData('devices', mpModel=0)\n",
    passing:
      "import os\nfrom pysnmp.hlapi import UsmUserData\n\nuser = UsmUserData('reader', os.environ['AUTH_KEY'], os.environ['PRIVACY_KEY'])\n",
  },
  {
    name: 'logging-listener',
    title: 'a port takes configurations of the log without a check',
    severity: 'medium',
    confidence: 'high',
    cwe: [94],
    why: 'Parts of a configuration are evaluated as code, so that every local user can run code as the program.',
    remedy: 'Pass `verify` to the listener, or read the configuration from a file.',
    python: {
      search: [
        { pattern: 'logging.config.listen(...)', not: ['logging.config.listen(..., verify=$X)'] },
      ],
    },
    example: 'py',
    failing: 'import logging.config\n\nlistener = logging.config.listen(9999)\n',
    passing: "import logging.config\n\nlogging.config.fileConfig('logging.ini')\n",
  },
  {
    name: 'served-working-directory',
    title: 'a server hands out its own directory',
    severity: 'medium',
    confidence: 'high',
    cwe: [548],
    why: 'Configuration files, keys and the program itself can be downloaded.',
    remedy: 'Serve a directory that has public files alone.',
    javascript: {
      search: ['/', '.', './'].flatMap((folder) => [
        `express.static("${folder}", ...)`,
        `serve-index("${folder}", ...)`,
        `koa-static("${folder}", ...)`,
      ]),
    },
    example: 'js',
    failing:
      "const express = require('express');\nconst app = express();\napp.use(express.static('.'));\n",
    passing:
      "const express = require('express');\nconst app = express();\napp.use(express.static('public'));\n",
  },
  {
    name: 'published-schema',
    title: 'a server of GraphQL shows its schema to everybody',
    severity: 'low',
    confidence: 'medium',
    cwe: [200],
    why: 'The schema lists every field and operation, those that are not meant for the public included.',
    remedy: 'Switch introspection off outside of development.',
    javascript: {
      search: ['@apollo/server', 'apollo-server', 'apollo-server-express'].map(
        (module) => `new ${module}.ApolloServer({ introspection: true })`,
      ),
    },
    example: 'js',
    failing:
      "const { ApolloServer } = require('@apollo/server');\nconst server = new ApolloServer({ typeDefs, introspection: true });\n",
    passing:
      "const { ApolloServer } = require('@apollo/server');\nconst server = new ApolloServer({ typeDefs, introspection: false });\n",
  },
  {
    name: 'pickled-sessions',
    title: 'sessions are stored as pickles',
    severity: 'high',
    confidence: 'high',
    cwe: [502],
    why: 'An attacker who can write a session, or who knows the key of signed cookies, can run code on the server.',
    remedy: 'Use the serializer for JSON, which is the default.',
    python: {
      search: [
        'SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"',
        'SESSION_SERIALIZER = "django.contrib.sessions.backends.signed_cookies.PickleSerializer"',
      ],
    },
    example: 'py',
    failing: "SESSION_SERIALIZER = 'django.contrib.sessions.serializers.PickleSerializer'\n",
    passing: "SESSION_SERIALIZER = 'django.contrib.sessions.serializers.JSONSerializer'\n",
  },
  {
    name: 'trusted-proxy-headers',
    title: 'headers of proxies are taken from every client',
    severity: 'low',
    confidence: 'medium',
    cwe: [348],
    why: 'A client writes its own address and host into these headers, past limits and into links.',
    remedy: 'Name the proxies that are trusted.',
    javascript: { search: ['express:App.set("trust proxy", true)'] },
    python: { search: ['USE_X_FORWARDED_HOST = True'] },
    example: 'js',
    failing:
      "const express = require('express');\nconst app = express();\napp.set('trust proxy', true);\n",
    passing:
      "const express = require('express');\nconst app = express();\napp.set('trust proxy', 'loopback');\n",
  },
  {
    name: 'lenient-http-parser',
    title: 'a server or client accepts malformed HTTP',
    severity: 'medium',
    confidence: 'high',
    cwe: [444],
    why: 'Where a proxy in front reads the same bytes otherwise, a request can be hidden in another one.',
    remedy: 'Keep the strict parser, and mend what sends malformed HTTP.',
    javascript: {
      search: [
        'http.createServer({ insecureHTTPParser: true }, ...)',
        'https.createServer({ insecureHTTPParser: true }, ...)',
        'http.request({ insecureHTTPParser: true }, ...)',
        'https.request({ insecureHTTPParser: true }, ...)',
      ],
    },
    example: 'js',
    failing:
      "const http = require('http');\nhttp.createServer({ insecureHTTPParser: true }, (req, res) => res.end('done')).listen(8080);\n",
    passing:
      "const http = require('http');\nhttp.createServer((req, res) => res.end('done')).listen(8080);\n",
  },
];
