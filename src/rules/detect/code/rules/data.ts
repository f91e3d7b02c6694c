/** Untrusted data that is turned into objects. */

import type { SearchData, SinkData } from '../../../flow/rules.ts';
import type { CodeRule } from '../code-rule.ts';
import { PYTHON_BOMBS, PYTHON_ENTITIES, PYTHON_FIELDS, PYTHON_PICKLES } from './python/objects.ts';

const FLASK = 'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n';
const EXPRESS = "const express = require('express');\nconst app = express();\n";

/** A check of the place that an entry of an archive gets. */
const CHECKED_PATH =
  /\b(?:is_relative_to|commonpath)\(|\brealpath\(|\.parents\b|\bfilter\s*=\s*['"](?:data|tar)|['"]\/['"] (?:not )?in \w*name|\b(?:dir|base)name\(\s*\w{1,40}\.name\s*\)\s*[=!]=/u;

/** The digest or the signature of archives is checked somewhere in the file. */
const CHECKED_ARCHIVE = /^(?![\s\S]*(?:checksum|\bsha_?(?:256|512)|\bgpgv\b|verify_?sig))/iu;

/**
 * Arguments in a map, which may have a filter; or the program fixes the address of the archive, or
 * contains it.
 */
const MAPPED =
  /\bextractall\([^()]{0,200}\*\*|['"]https:\/\/|\bget(?:names|members)\(|_resource|\bresources?\b/u;

/** Calls that unpack all of an archive, without a choice of entries. */
const UNPACKING = [
  {
    pattern: 'tarfile.open().extractall(...)',
    not: [
      '$X.extractall(..., filter=$F)',
      '$X.extractall(..., members=$M)',
      '$X.extractall($PATH, $MEMBERS, ...)',
    ],
  },
  { pattern: 'tarfile.open().extractall(..., filter="fully_trusted")' },
];

/** Calls that unpack one entry, whose name the program mostly knows. */
const UNPACKING_ONE = [
  { pattern: 'tarfile.open().extract(...)', not: ['$X.extract(..., filter=$F)'] },
  { pattern: 'tarfile.open().extract(..., filter="fully_trusted")' },
];

/** An element that gets a value. */
const WRITTEN_ELEMENT = /\]\s*[^\s\w=]{0,3}=(?!=)/u;

/** A file of the program or of its user. */
const OWN_FILE =
  /(?<![a-z])(?:open|read_text|read_bytes|files?|fd|fp|fh|fobj|stream|handle|config|conf|cfg|settings|path|filename|resource|resource_string|pkg_resources|importlib)(?![a-z])/u;

/**
 * Returns each pattern with confidence where its text is not that of a file, and without much where
 * it is.
 */
function fromOutside(patterns: readonly string[]): readonly SearchData[] {
  return patterns.flatMap((pattern) => [
    { pattern, confidence: 'low' },
    { pattern, data: new RegExp(`^(?![\\s\\S]*${OWN_FILE.source})`, 'u') },
  ]);
}

/** The rules. */
export const DATA_RULES: readonly CodeRule[] = [
  {
    name: 'unsafe-deserialization',
    title: 'untrusted data is deserialized into objects with code',
    severity: 'critical',
    confidence: 'high',
    cwe: [502],
    kind: 'deserialize',
    why: 'The format can name functions that are called while it is read.',
    remedy: 'Use a format without code, such as JSON.',
    javascript: {
      sinks: [
        'node-serialize.unserialize($SINK)',
        'serialize-to-js.deserialize($SINK)',
        'funcster.deepDeserialize($SINK)',
        'cryo.parse($SINK)',
        'v8.deserialize($SINK)',
        'php-serialize.unserialize($SINK)',
      ],
    },
    python: { sinks: PYTHON_PICKLES },
    example: 'py',
    failing:
      'import pickle\n' +
      FLASK +
      "@app.post('/load')\ndef load():\n    return {'count': len(pickle.loads(request.data))}\n",
    passing:
      'import json\n' +
      FLASK +
      "@app.post('/load')\ndef load():\n    return {'count': len(json.loads(request.data))}\n",
  },
  {
    name: 'xml-external-entities',
    title: 'untrusted XML is read with external entities',
    severity: 'high',
    confidence: 'high',
    cwe: [611],
    kind: 'xml',
    why: 'An entity in the document can name a file of the server, whose content becomes part of the document.',
    remedy: 'Do not resolve entities.',
    javascript: {
      sinks: [
        'libxmljs.parseXml($SINK, { noent: true })',
        'libxmljs.parseXmlString($SINK, { noent: true })',
        'libxmljs2.parseXml($SINK, { noent: true })',
        'libxmljs2.parseXmlString($SINK, { noent: true })',
      ],
    },
    python: {
      sinks: PYTHON_ENTITIES,
      search: ['True', '1'].flatMap((on) => [
        `$PARSER.setFeature(xml.sax.handler.feature_external_ges, ${on})`,
        `$PARSER.setFeature(xml.sax.handler.feature_external_pes, ${on})`,
        `$PARSER.setFeature("http://xml.org/sax/features/external-general-entities", ${on})`,
      ]),
    },
    example: 'js',
    failing: `${EXPRESS}const libxmljs = require('libxmljs');\napp.post('/xml', (req, res) => {\n  res.json(libxmljs.parseXml(req.body, { noent: true }).root().name());\n});\n`,
    passing: `${EXPRESS}const libxmljs = require('libxmljs');\napp.post('/xml', (req, res) => {\n  res.json(libxmljs.parseXml(req.body).root().name());\n});\n`,
  },
  {
    name: 'xml-bomb',
    title: 'untrusted XML is read without a limit for entities',
    severity: 'medium',
    confidence: 'medium',
    cwe: [776],
    kind: 'xml',
    why: 'A few entities that contain one another grow to gigabytes.',
    remedy: 'Read the document with defusedxml.',
    python: { sinks: PYTHON_BOMBS },
    example: 'py',
    failing:
      'import xml.etree.ElementTree as tree\n' +
      FLASK +
      "@app.post('/xml')\ndef read():\n    return {'name': tree.fromstring(request.data).tag}\n",
    passing:
      'import defusedxml.ElementTree as tree\n' +
      FLASK +
      "@app.post('/xml')\ndef read():\n    return {'name': tree.fromstring(request.data).tag}\n",
  },
  {
    name: 'prototype-pollution',
    title: 'untrusted data is merged into an object with its prototype',
    severity: 'high',
    confidence: 'medium',
    cwe: [1321],
    kind: 'prototype',
    why: 'The key __proto__ in the data changes all objects of the program.',
    remedy:
      'Copy the fields that are meant by their names, or merge into an object without a prototype.',
    javascript: {
      sinks: ['merge', 'mergeWith', 'defaultsDeep', 'set', 'setWith']
        .map((name) => `lodash.${name}($TARGET, $SINK, ...)`)
        .concat([
          'deepmerge($TARGET, $SINK, ...)',
          'merge($TARGET, $SINK)',
          'lodash.merge($A, $B, $SINK)',
          'extend(true, $TARGET, $SINK)',
          'jquery.extend(true, $TARGET, $SINK)',
          'object-path.set($TARGET, $SINK, ...)',
          'dot-prop.set($TARGET, $SINK, ...)',
        ])
        .map((pattern): SinkData => ({ pattern }))
        // A value that is written under one name of the request, below another one.
        .concat([{ pattern: 'code:write($SINK)', word: '', mark: WRITTEN_ELEMENT }]),
    },
    example: 'js',
    failing: `${EXPRESS}const _ = require('lodash');\nconst settings = {};\napp.post('/settings', (req, res) => {\n  _.merge(settings, req.body);\n  res.json(settings);\n});\n`,
    passing: `${EXPRESS}const settings = {};\napp.post('/settings', (req, res) => {\n  settings.color = String(req.body.color);\n  res.json(settings);\n});\n`,
  },
  {
    name: 'mass-assignment',
    title: 'all fields of a request become fields of a record',
    severity: 'medium',
    confidence: 'medium',
    cwe: [915],
    kind: 'fields',
    why: 'The request can set fields that its sender must not set, such as the role of a user.',
    remedy: 'Take the fields that are meant by their names.',
    javascript: {
      sinks: [
        // A service of the project checks the fields more often than not.
        ...['create', 'bulkCreate', 'insertMany'].map((name) => ({
          pattern: `$MODEL.${name}($SINK, ...)`,
          when: 'model' as const,
        })),
        ...['findByIdAndUpdate', 'findOneAndUpdate', 'updateOne', 'updateMany'].flatMap((name) => [
          `$MODEL.${name}($ID, $SINK, ...)`,
          `$MODEL.${name}($ID, { $set: $SINK }, ...)`,
        ]),
        ...['findOneAndReplace', 'replaceOne'].map((name) => `$MODEL.${name}($ID, $SINK, ...)`),
        ...['insertOne', 'upsert'].map((name) => `$MODEL.${name}($SINK, ...)`),
        ...['create', 'update', 'createMany', 'updateMany'].map(
          (name) => `$MODEL.${name}({ data: $SINK }, ...)`,
        ),
        '$MODEL.update($SINK, { where: $WHERE }, ...)',
        '$MODEL.upsert({ create: $SINK }, ...)',
        '$MODEL.upsert({ update: $SINK }, ...)',
        'sql:Client().insert($SINK, ...)',
        'sql:Client().where().update($SINK, ...)',
        ...[
          'new $MODEL($SINK)',
          '$MODEL.build($SINK, ...)',
          '$RECORD.update($SINK, ...)',
          '$RECORD.set($SINK)',
          '$STORE.save($SINK)',
          '$STORE.merge($RECORD, $SINK)',
          'Object.assign($RECORD, $SINK, ...)',
        ].map((pattern) => ({
          ...{ pattern, when: 'saved' as const },
          ...(pattern.startsWith('new ') && { mark: /\bnew\b/u }),
        })),
      ],
    },
    python: { sinks: PYTHON_FIELDS },
    example: 'js',
    failing: `${EXPRESS}const User = require('./user');\napp.post('/users', async (req, res) => {\n  res.json(await User.create(req.body));\n});\n`,
    passing: `${EXPRESS}const User = require('./user');\napp.post('/users', async (req, res) => {\n  res.json(await User.create({ name: req.body.name }));\n});\n`,
  },
  {
    name: 'archive-extraction',
    title: 'an archive is unpacked without a check of its paths',
    severity: 'medium',
    confidence: 'medium',
    cwe: [22],
    why: 'Names in an archive can contain ../ and overwrite files outside of the directory.',
    remedy: 'Pass filter="data" (Python 3.12), or check the path of each entry.',
    python: {
      search: [
        ...UNPACKING.flatMap((one): readonly SearchData[] => [
          {
            ...one,
            unless: new RegExp(`${CHECKED_PATH.source}|${MAPPED.source}`, 'u'),
            file: CHECKED_ARCHIVE,
          },
          { ...one, unless: CHECKED_PATH, confidence: 'low' },
        ]),
        { pattern: 'tarfile.open().extractall($PATH, $MEMBERS, ...)', confidence: 'low' },
        ...UNPACKING_ONE.map((one) => ({
          ...one,
          unless: CHECKED_PATH,
          confidence: 'low' as const,
        })),
        'shutil.unpack_archive($FILE, $TO, "tar")',
      ],
    },
    example: 'py',
    failing:
      "import tarfile\n\nwith tarfile.open('upload.tar') as archive:\n    archive.extractall('/srv/upload')\n",
    passing:
      "import tarfile\n\nwith tarfile.open('upload.tar') as archive:\n    archive.extractall('/srv/upload', filter='data')\n",
  },
  {
    name: 'unsafe-yaml',
    title: 'YAML is read with a loader that makes objects',
    severity: 'high',
    confidence: 'medium',
    cwe: [502],
    why: 'A document of YAML can name functions that are called while it is read.',
    remedy: 'Use yaml.safe_load, which makes no objects of classes.',
    python: {
      search: fromOutside([
        ...['Loader', 'UnsafeLoader', 'CLoader'].flatMap((name) => [
          `yaml.load($X, Loader=yaml.${name})`,
          `yaml.load($X, yaml.${name})`,
        ]),
        'yaml.unsafe_load(...)',
        'yaml.unsafe_load_all(...)',
      ]).concat(
        // PyYAML 6 needs a loader.
        ['yaml.load($X)', 'yaml.load_all($X)'].map((pattern) => ({ pattern, confidence: 'low' })),
      ),
    },
    javascript: { search: ['js-yaml.load($X, { schema: js-yaml.DEFAULT_FULL_SCHEMA })'] },
    example: 'py',
    failing:
      'import yaml\n\n\ndef read_message(body):\n    return yaml.load(body, Loader=yaml.Loader)\n',
    passing:
      'import yaml\n\n\ndef read_message(body):\n    return yaml.load(body, Loader=yaml.SafeLoader)\n',
  },
  {
    name: 'unsafe-model-load',
    title: 'a model is loaded from a format that contains code',
    severity: 'high',
    confidence: 'medium',
    cwe: [502],
    why: 'Models in the format of pickle run code when they are loaded.',
    remedy: 'Load weights alone, or use safetensors.',
    python: {
      search: [
        'torch.load(..., weights_only=False)',
        // Since PyTorch 2.6, weights alone are loaded unless the caller asks for more.
        {
          pattern: 'torch.load(...)',
          not: ['torch.load(..., weights_only=True)'],
          confidence: 'low',
        },
        'numpy.load(..., allow_pickle=True)',
        'numpy.load($X, allow_pickle=True)',
        { pattern: 'keras.models.load_model(..., safe_mode=False)' },
      ],
    },
    example: 'py',
    failing: "import torch\n\nmodel = torch.load('model.pt', weights_only=False)\n",
    passing: "import torch\n\nmodel = torch.load('model.pt', weights_only=True)\n",
  },
  {
    name: 'remote-model-code',
    title: 'code that comes with a model is trusted',
    severity: 'high',
    confidence: 'high',
    cwe: [829],
    why: 'The code of a repository of models is downloaded and run.',
    remedy: 'Use a model without code of its own, or pin its revision and read the code.',
    python: {
      search: [
        {
          pattern: '$X.from_pretrained(..., trust_remote_code=True)',
          not: ['$X.from_pretrained(..., revision="...")'],
        },
        { pattern: 'transformers.pipeline(..., trust_remote_code=True)' },
        { pattern: 'datasets.load_dataset(..., trust_remote_code=True)' },
        'torch.hub.load(..., trust_repo=True)',
      ],
    },
    example: 'py',
    failing:
      "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained('example/model', trust_remote_code=True)\n",
    passing:
      "from transformers import AutoModel\n\nmodel = AutoModel.from_pretrained('example/model')\n",
  },
];
