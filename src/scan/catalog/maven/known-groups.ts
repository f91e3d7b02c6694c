/**
 * Groups of well-known artifacts whose archives do not name theirs.
 *
 * Source: the coordinates under which the projects publish. Only artifacts whose names are their
 * own: where two projects publish the same name it is not here.
 */

const BY_ARTIFACT: ReadonlyMap<string, string> = new Map([
  ['ant', 'org.apache.ant'],
  ['antlr', 'antlr'],
  ['antlr-runtime', 'org.antlr'],
  ['antlr4-runtime', 'org.antlr'],
  ['aopalliance', 'aopalliance'],
  ['asm', 'org.ow2.asm'],
  ['asm-analysis', 'org.ow2.asm'],
  ['asm-commons', 'org.ow2.asm'],
  ['asm-tree', 'org.ow2.asm'],
  ['asm-util', 'org.ow2.asm'],
  ['aspectjrt', 'org.aspectj'],
  ['aspectjweaver', 'org.aspectj'],
  ['bcel', 'org.apache.bcel'],
  ['bsh', 'org.apache-extras.beanshell'],
  ['c3p0', 'com.mchange'],
  ['cglib', 'cglib'],
  ['checker-qual', 'org.checkerframework'],
  ['commons-beanutils', 'commons-beanutils'],
  ['commons-cli', 'commons-cli'],
  ['commons-codec', 'commons-codec'],
  ['commons-collections', 'commons-collections'],
  ['commons-collections4', 'org.apache.commons'],
  ['commons-compress', 'org.apache.commons'],
  ['commons-configuration', 'commons-configuration'],
  ['commons-configuration2', 'org.apache.commons'],
  ['commons-csv', 'org.apache.commons'],
  ['commons-dbcp', 'commons-dbcp'],
  ['commons-dbcp2', 'org.apache.commons'],
  ['commons-digester', 'commons-digester'],
  ['commons-email', 'org.apache.commons'],
  ['commons-exec', 'org.apache.commons'],
  ['commons-fileupload', 'commons-fileupload'],
  ['commons-httpclient', 'commons-httpclient'],
  ['commons-io', 'commons-io'],
  ['commons-jxpath', 'commons-jxpath'],
  ['commons-lang', 'commons-lang'],
  ['commons-lang3', 'org.apache.commons'],
  ['commons-logging', 'commons-logging'],
  ['commons-net', 'commons-net'],
  ['commons-pool', 'commons-pool'],
  ['commons-pool2', 'org.apache.commons'],
  ['commons-text', 'org.apache.commons'],
  ['commons-validator', 'commons-validator'],
  ['derby', 'org.apache.derby'],
  ['dom4j', 'org.dom4j'],
  ['ehcache', 'net.sf.ehcache'],
  ['fastjson', 'com.alibaba'],
  ['freemarker', 'org.freemarker'],
  ['groovy', 'org.codehaus.groovy'],
  ['groovy-all', 'org.codehaus.groovy'],
  ['gson', 'com.google.code.gson'],
  ['guava', 'com.google.guava'],
  ['guice', 'com.google.inject'],
  ['h2', 'com.h2database'],
  ['hazelcast', 'com.hazelcast'],
  ['hibernate-core', 'org.hibernate'],
  ['hibernate-validator', 'org.hibernate.validator'],
  ['hsqldb', 'org.hsqldb'],
  ['httpclient', 'org.apache.httpcomponents'],
  ['httpclient5', 'org.apache.httpcomponents.client5'],
  ['httpcore', 'org.apache.httpcomponents'],
  ['httpcore5', 'org.apache.httpcomponents.core5'],
  ['icu4j', 'com.ibm.icu'],
  ['itextpdf', 'com.itextpdf'],
  ['jackson-annotations', 'com.fasterxml.jackson.core'],
  ['jackson-core', 'com.fasterxml.jackson.core'],
  ['jackson-core-asl', 'org.codehaus.jackson'],
  ['jackson-databind', 'com.fasterxml.jackson.core'],
  ['jackson-mapper-asl', 'org.codehaus.jackson'],
  ['jansi', 'org.fusesource.jansi'],
  ['javassist', 'org.javassist'],
  ['jaxen', 'jaxen'],
  ['jcl-over-slf4j', 'org.slf4j'],
  ['jdom', 'org.jdom'],
  ['jdom2', 'org.jdom'],
  ['jettison', 'org.codehaus.jettison'],
  ['jna', 'net.java.dev.jna'],
  ['jna-platform', 'net.java.dev.jna'],
  ['joda-time', 'joda-time'],
  ['jsch', 'com.jcraft'],
  ['json-path', 'com.jayway.jsonpath'],
  ['json-smart', 'net.minidev'],
  ['jsoup', 'org.jsoup'],
  ['jsr305', 'com.google.code.findbugs'],
  ['jul-to-slf4j', 'org.slf4j'],
  ['junit', 'junit'],
  ['jython', 'org.python'],
  ['log4j', 'log4j'],
  ['log4j-over-slf4j', 'org.slf4j'],
  ['logback-classic', 'ch.qos.logback'],
  ['logback-core', 'ch.qos.logback'],
  ['mchange-commons-java', 'com.mchange'],
  ['mybatis', 'org.mybatis'],
  ['mysql-connector-j', 'com.mysql'],
  ['mysql-connector-java', 'mysql'],
  ['nekohtml', 'net.sourceforge.nekohtml'],
  ['ojdbc8', 'com.oracle.database.jdbc'],
  ['okhttp', 'com.squareup.okhttp3'],
  ['okio', 'com.squareup.okio'],
  ['plexus-utils', 'org.codehaus.plexus'],
  ['pdfbox', 'org.apache.pdfbox'],
  ['poi', 'org.apache.poi'],
  ['poi-ooxml', 'org.apache.poi'],
  ['postgresql', 'org.postgresql'],
  ['protobuf-java', 'com.google.protobuf'],
  ['quartz', 'org.quartz-scheduler'],
  ['rhino', 'org.mozilla'],
  ['scala-library', 'org.scala-lang'],
  ['serializer', 'xalan'],
  ['snakeyaml', 'org.yaml'],
  ['snappy-java', 'org.xerial.snappy'],
  ['sqlite-jdbc', 'org.xerial'],
  ['struts2-core', 'org.apache.struts'],
  ['tika-core', 'org.apache.tika'],
  ['velocity', 'org.apache.velocity'],
  ['velocity-engine-core', 'org.apache.velocity'],
  ['wss4j', 'org.apache.ws.security'],
  ['xalan', 'xalan'],
  ['xercesImpl', 'xerces'],
  ['xml-apis', 'xml-apis'],
  ['xmlbeans', 'org.apache.xmlbeans'],
  ['xmlgraphics-commons', 'org.apache.xmlgraphics'],
  ['xmlsec', 'org.apache.santuario'],
  ['xnio-api', 'org.jboss.xnio'],
  ['xstream', 'com.thoughtworks.xstream'],
  ['xz', 'org.tukaani'],
  ['zookeeper', 'org.apache.zookeeper'],
]);

/** Longer beginnings first, because the first that fits counts. */
const BY_PREFIX: readonly (readonly [prefix: string, group: string])[] = [
  ['spring-boot', 'org.springframework.boot'],
  ['spring-cloud-function-', 'org.springframework.cloud'],
  ['spring-cloud-', 'org.springframework.cloud'],
  ['spring-data-', 'org.springframework.data'],
  ['spring-security-', 'org.springframework.security'],
  ['spring-integration-', 'org.springframework.integration'],
  ['spring-session-', 'org.springframework.session'],
  ['spring-ws-', 'org.springframework.ws'],
  ['spring-', 'org.springframework'],
  ['tomcat-embed-', 'org.apache.tomcat.embed'],
  ['tomcat-', 'org.apache.tomcat'],
  ['netty-', 'io.netty'],
  ['log4j-', 'org.apache.logging.log4j'],
  ['slf4j-', 'org.slf4j'],
  ['lucene-', 'org.apache.lucene'],
  ['solr-', 'org.apache.solr'],
  ['jetty-', 'org.eclipse.jetty'],
  ['undertow-', 'io.undertow'],
  ['activemq-', 'org.apache.activemq'],
  ['camel-', 'org.apache.camel'],
  ['cxf-', 'org.apache.cxf'],
  ['kafka-', 'org.apache.kafka'],
  ['hadoop-', 'org.apache.hadoop'],
  ['maven-', 'org.apache.maven'],
  ['bcprov-', 'org.bouncycastle'],
  ['bcpkix-', 'org.bouncycastle'],
  ['bcutil-', 'org.bouncycastle'],
  ['bcmail-', 'org.bouncycastle'],
  ['bcpg-', 'org.bouncycastle'],
  ['bctls-', 'org.bouncycastle'],
  ['bc-fips', 'org.bouncycastle'],
  ['shiro-', 'org.apache.shiro'],
  ['velocity-tools', 'org.apache.velocity'],
];

/**
 * Tomcat's own libraries have short names that other projects use too; the archive's title
 * distinguishes them.
 */
const TOMCAT_TITLE = 'Apache Tomcat';
const TOMCAT_ARTIFACTS: ReadonlyMap<string, string> = new Map([
  ['annotations-api', 'tomcat-annotations-api'],
  ['bootstrap', 'tomcat'],
  ['catalina', 'tomcat-catalina'],
  ['catalina-ant', 'tomcat-catalina-ant'],
  ['catalina-ha', 'tomcat-catalina-ha'],
  ['catalina-tribes', 'tomcat-tribes'],
  ['el-api', 'tomcat-el-api'],
  ['jasper', 'tomcat-jasper'],
  ['jasper-el', 'tomcat-jasper-el'],
  ['jsp-api', 'tomcat-jsp-api'],
  ['servlet-api', 'tomcat-servlet-api'],
  ['websocket-api', 'tomcat-websocket-api'],
]);

/** Distributions put the major version behind the project's name: `tomcat10-catalina`, `xalan2`. */
const MAJOR = /^(?<project>[a-z]+(?:-[a-z]+)*?)\d{1,2}(?=-|$)/;

/** The Maven coordinates of an artifact that is known by its file name. */
export interface KnownArtifact {
  readonly group: string;
  readonly artifact: string;
}

/**
 * Returns the coordinates under which an artifact of this name is published; `undefined` where they
 * are not known.
 */
export function knownArtifact(name: string): KnownArtifact | undefined {
  for (const artifact of [name, name.replace(MAJOR, '$<project>')]) {
    const group = BY_ARTIFACT.get(artifact) ?? groupByPrefix(artifact);
    if (group !== undefined) return { group, artifact };
  }
  return undefined;
}

function groupByPrefix(artifact: string): string | undefined {
  return BY_PREFIX.find(([prefix]) => artifact.startsWith(prefix))?.[1];
}

/**
 * Returns the published name of one of Tomcat's own libraries, by its file name and the title in
 * its manifest.
 */
export function tomcatArtifact(stem: string, title: string | undefined): string | undefined {
  return title?.startsWith(TOMCAT_TITLE) === true ? TOMCAT_ARTIFACTS.get(stem) : undefined;
}
