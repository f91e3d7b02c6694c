/**
 * Where programs in Python turn data into objects: the documentation of Python 3.13 (pickle,
 * marshal, shelve, xml), PyYAML, ruamel.yaml, jsonpickle, lxml, NumPy, PyTorch, Django and of the
 * libraries that the names say.
 */

import type { SinkData } from '../../../../flow/rules.ts';
import { each, first, second } from './calls.ts';

const PICKLES = ['pickle', 'cPickle', '_pickle', 'dill', 'cloudpickle', 'marshal', 'pickle5'];
const LOADERS = ['Loader', 'UnsafeLoader', 'FullLoader', 'CLoader', 'CUnsafeLoader', 'CFullLoader'];

/** Sinks of formats that can name functions. */
export const PYTHON_PICKLES: readonly SinkData[] = [
  ...PICKLES.flatMap((name) => first(each(name, 'loads load'))),
  ...first(
    `pickle.Unpickler|file dill.load_session jsonpickle.decode|string jsonpickle.loads jsonpickle.unpickler.decode|string
    jsonpickle.Unpickler().restore shelve.open|filename yaml.unsafe_load|stream yaml.full_load|stream
    yaml.unsafe_load_all|stream yaml.full_load_all|stream ruamel.yaml.load joblib.load|filename pandas.read_pickle|filepath_or_buffer
    torch.load|f sqlalchemy.ext.serializer.loads klepto.archives.file_archive`,
  ),
  ...['load', 'load_all'].flatMap((name) => [
    { pattern: `yaml.${name}($SINK)` },
    ...LOADERS.flatMap((loader) =>
      ['yaml', 'yaml.loader', 'yaml.cyaml'].map((module) => `${module}.${loader}`),
    ).flatMap((loader) =>
      [
        `yaml.${name}($SINK, Loader=${loader})`,
        `yaml.${name}($SINK, ${loader})`,
        `yaml.${name}(stream=$SINK, Loader=${loader})`,
      ].map((pattern) => ({ pattern })),
    ),
  ]),
  ...first('yaml:Unsafe.load yaml:Unsafe.load_all'),
  { pattern: 'numpy.load($SINK, ..., allow_pickle=True)' },
];

/** Sinks of XML that resolve entities. */
export const PYTHON_ENTITIES: readonly SinkData[] = [
  { pattern: 'xml.sax.parse($SINK, ...)' },
  { pattern: 'xml.sax.parseString($SINK, ...)' },
  ...first('xml.dom.pulldom.parseString|string xml.dom.pulldom.parse|stream_or_string'),
  ...['fromstring', 'parse', 'XML'].flatMap((name) => [
    {
      pattern: `lxml.etree.${name}($SINK, $PARSER)`,
      not: [`lxml.etree.${name}($SINK, lxml:SafeParser)`],
    },
    {
      pattern: `lxml.etree.${name}($SINK, parser=$PARSER)`,
      not: [`lxml.etree.${name}($SINK, parser=lxml:SafeParser)`],
    },
  ]),
  { pattern: 'lxml.etree.XML($SINK)' },
  { pattern: 'lxml.etree.iterparse($SINK, ..., resolve_entities=True)' },
];

/** Sinks of XML that expand entities without a limit. */
export const PYTHON_BOMBS: readonly SinkData[] = [
  ...['xml.etree.ElementTree', 'xml.etree.cElementTree'].flatMap((module) =>
    first(
      each(
        module,
        'fromstring|text XML|text parse|source iterparse|source XMLParser().feed XMLPullParser().feed',
      ),
    ),
  ),
  ...first(
    `xml.dom.minidom.parseString|string xml.dom.minidom.parse|file ${each('xml.dom.expatbuilder', 'parseString parse')}
    ${each('xml.parsers.expat.ParserCreate()', 'Parse ParseFile')}`,
  ),
];

/** Sinks of all fields of a request. */
export const PYTHON_FIELDS: readonly SinkData[] = [
  ...[
    'create',
    'update',
    'get_or_create',
    'update_or_create',
    'filter().update',
    'get().update',
  ].map((name) => ({ pattern: `$MODEL.objects.${name}($SINK)` })),
  { pattern: 'new $MODEL($SINK)', when: 'record', mark: /\*\*/u },
  ...second('setattr'),
  ...first('$RECORD.__dict__.update', { word: '__dict__' }),
];
