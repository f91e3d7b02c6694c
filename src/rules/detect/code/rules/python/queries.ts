/**
 * Where programs in Python ask databases and directories and read templates: PEP 249, and the
 * documentation of SQLAlchemy 2.0, Django 5.2, peewee, pandas, asyncpg, databases, python-ldap,
 * ldap3, lxml, Jinja 3.1, Mako and of the libraries that the names say.
 */

import type { SinkData } from '../../../../flow/rules.ts';
import { each, first, named, second } from './calls.ts';

const METHODS =
  'execute|query|operation|sql|statement executemany|query executescript|sql_script fetch|query fetchrow|query fetchval|query exec_driver_sql|statement execute_fetchall execute_insert mogrify';

/** Sinks of statements of SQL. */
export const PYTHON_SQL: readonly SinkData[] = [
  ...['sql:Cursor', 'sql:Connection'].flatMap((type) =>
    first(each(type, METHODS.replace(' mogrify', ''))),
  ),
  ...first('sql:Cursor.copy_expert|sql'),
  ...first(
    each(
      '$DB',
      'execute|query|statement|sql executemany|query executescript raw fetch|query fetchrow|query fetchval|query fetch_all|query fetch_one|query fetch_val|query iterate|query exec_driver_sql|statement read_sql execute_sql execute_query sql from_statement',
    ),
    { when: 'sql', confidence: 'medium' },
  ),
  ...first(
    `sqlalchemy.text|text sqlalchemy.sql.text|text sqlalchemy.sql.expression.text|text sqlalchemy.literal_column|text
    sqlalchemy.sql.literal_column|text sqlalchemy.DDL|statement sqlalchemy.schema.DDL|statement flask_sqlalchemy.SQLAlchemy().text
    psycopg2.sql.SQL|string psycopg.sql.SQL peewee.SQL|sql playhouse.shortcuts.SQL
    ${each('peewee', 'SqliteDatabase() MySQLDatabase() PostgresqlDatabase() Database()')
      .split(' ')
      .map((name) => `${name}.execute_sql|sql`)
      .join(' ')}
    django.db.models.expressions.RawSQL|sql django.db.models.RawSQL|sql
    $DB.objects.raw|raw_query $DB.objects.extra
    pandas.read_sql|sql pandas.read_sql_query|sql pandas.io.sql.read_sql|sql
    ${each('duckdb', 'sql|query query|query execute|query')} ${each('duckdb.connect()', 'sql|query query|query execute|query')}
    google.cloud.bigquery.Client().query|query records.Database().query clickhouse_driver.Client().execute|query
    pyspark.sql.SparkSession.builder.getOrCreate().sql pony.orm.Database().select pony.orm.Database().execute`,
  ),
  ...second(each('psycopg2.extras', 'execute_values|sql execute_batch|sql')),
  ...named('django.db.models.Func|template django.db.models.expressions.Func|template'),
  { pattern: 'sqlalchemy.column($SINK, is_literal=True)' },
  ...['where', 'select', 'tables', 'order_by'].map((name) => ({
    pattern: `$DB.extra(..., ${name}=$SINK)`,
    isDeep: true,
  })),
];

const FIND =
  'find|filter find_one|filter find_one_and_update|filter find_one_and_delete|filter find_one_and_replace|filter update_one|filter update_many|filter delete_one|filter delete_many|filter replace_one|filter count_documents|filter aggregate|pipeline distinct';

/** Sinks of queries of document databases and of the languages of other stores. */
export const PYTHON_NOSQL: readonly SinkData[] = [
  ...first(each('mongo:Collection', FIND), { isDeep: true }),
  ...FIND.split(' ').flatMap((row): readonly SinkData[] => {
    const [name = ''] = row.split('|');
    const rows = `$COLLECTION.${row}`;
    const known = ['pymongo', 'motor', 'flask_pymongo', 'mongoengine', 'AsyncIOMotorClient'];
    return [
      ...(name.includes('_')
        ? first(rows, { isDeep: true })
        : known.flatMap((word) => first(rows, { isDeep: true, word, when: 'made' }))),
      // A program of JavaScript: that it is a text does not help.
      { pattern: `$COLLECTION.${name}({ "$where": $SINK }, ...)`, kind: 'code' },
    ];
  }),
  ...first('mongo:Database.command', { isDeep: true }),
  ...named('$MODEL.objects|__raw__'),
  ...first(
    `${each('redis.Redis()', 'eval|script')} ${each('redis.StrictRedis()', 'eval|script')} redis.from_url().eval`,
    {
      kind: 'code',
    },
  ),
  ...first(
    `neo4j.GraphDatabase.driver().session().run|query neo4j.GraphDatabase.driver().execute_query|query_ py2neo.Graph().run`,
    { kind: 'sql' },
  ),
];

/** Sinks of filters and names of LDAP. */
export const PYTHON_LDAP: readonly SinkData[] = [
  ...['search', 'search_s', 'search_st', 'search_ext', 'search_ext_s'].flatMap((name) => [
    { pattern: `ldap:Connection.${name}($BASE, $SCOPE, $SINK, ...)` },
    { pattern: `ldap:Connection.${name}(..., filterstr=$SINK)` },
    { pattern: `ldap:Connection.${name}($SINK, ...)` },
    { pattern: `$CONNECTION.${name}($BASE, $SCOPE, $SINK, ...)` },
  ]),
  { pattern: 'ldap:Connection.search($BASE, $SINK, ...)' },
  ...named('ldap:Connection.search|search_filter|search_base'),
  ...named('ldap:Connection.extend.standard.paged_search|search_filter|search_base'),
  ...first(
    each(
      'ldap:Connection',
      'simple_bind|who simple_bind_s|who bind|who bind_s|who delete|dn delete_s|dn add|dn add_s|dn modify|dn modify_s|dn compare compare_s',
    ),
  ),
  ...named('ldap3.Connection|user'),
];

/** Sinks of expressions of XPath. */
export const PYTHON_XPATH: readonly SinkData[] = [
  ...first('$TREE.xpath|_path|query'),
  ...['xml.etree.ElementTree', 'xml.etree.cElementTree', 'lxml.etree', 'defusedxml.ElementTree']
    .flatMap((module) =>
      ['parse()', 'parse().getroot()', 'fromstring()', 'XML()'].map((made) => `${module}.${made}`),
    )
    .flatMap((made) => first(each(made, 'find|path findall|path findtext|path iterfind|path'))),
  ...first(
    'lxml.etree.XPath|path lxml.etree.ETXPath|path lxml.etree.XPathEvaluator() lxml.etree.XPathDocumentEvaluator() libxml2.parseFile().xpathEval parsel.Selector().xpath|query',
  ),
  ...second('elementpath.select|path'),
];

/** Sinks of templates. */
export const PYTHON_TEMPLATES: readonly SinkData[] = [
  ...first(
    `flask.render_template_string|source quart.render_template_string|source flask.templating.render_template_string|source
    flask.stream_template_string|source jinja2.Template|source jinja2.environment.Template|source
    ${[
      'jinja:Environment',
      'jinja:Escaping',
      'jinja2.sandbox.SandboxedEnvironment()',
      'jinja2.nativetypes.NativeEnvironment()',
      'flask:App.jinja_env',
      'flask.current_app.jinja_env',
    ]
      .map((name) => `${name}.from_string|source`)
      .join(' ')}
    mako.template.Template|text django.template.Template|template_string django.template.base.Template|template_string
    django:Templates.from_string|template_code
    tornado.template.Template|template_string Cheetah.Template.Template chameleon.PageTemplate
    bottle.template bottle.SimpleTemplate|source bottle.jinja2_template bottle.mako_template
    genshi.template.MarkupTemplate|source genshi.template.TextTemplate genshi.template.NewTextTemplate`,
  ),
  ...second('mako.lookup.TemplateLookup().put_string'),
  ...first('jinja2.DictLoader|mapping', { isDeep: true }),
];
