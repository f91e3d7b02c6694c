/** Well-known packages of Maven Central by their group, without an order. Written by hand. */
export const MAVEN_NAMES = `
antlr: antlr
aopalliance: aopalliance
asm: asm
cglib: cglib cglib-nodep
ch.qos.logback: logback-classic logback-core logback-access
ch.qos.reload4j: reload4j
com.alibaba: fastjson druid easyexcel transmittable-thread-local
com.alibaba.fastjson2: fastjson2
com.amazonaws: aws-java-sdk aws-java-sdk-core aws-java-sdk-s3 aws-java-sdk-sqs aws-java-sdk-sns aws-java-sdk-dynamodb aws-java-sdk-ec2 aws-java-sdk-kms aws-java-sdk-sts aws-lambda-java-core aws-lambda-java-events jmespath-java
com.auth0: java-jwt jwks-rsa
com.azure: azure-core azure-identity azure-storage-blob azure-security-keyvault-secrets
com.beust: jcommander
com.datastax.cassandra: cassandra-driver-core
com.datastax.oss: java-driver-core
com.esotericsoftware: kryo reflectasm
com.fasterxml: classmate aalto-xml
com.fasterxml.jackson: jackson-bom
com.fasterxml.jackson.core: jackson-annotations jackson-core jackson-databind
com.fasterxml.jackson.dataformat: jackson-dataformat-cbor jackson-dataformat-csv jackson-dataformat-smile jackson-dataformat-xml jackson-dataformat-yaml
com.fasterxml.jackson.datatype: jackson-datatype-guava jackson-datatype-jdk8 jackson-datatype-joda jackson-datatype-jsr310
com.fasterxml.jackson.module: jackson-module-afterburner jackson-module-kotlin jackson-module-parameter-names jackson-module-scala_2.12 jackson-module-scala_2.13
com.fasterxml.uuid: java-uuid-generator
com.fasterxml.woodstox: woodstox-core
com.github.ben-manes.caffeine: caffeine
com.github.docker-java: docker-java
com.github.javaparser: javaparser-core
com.github.jnr: jnr-posix jnr-ffi
com.github.luben: zstd-jni
com.github.pagehelper: pagehelper pagehelper-spring-boot-starter
com.github.spotbugs: spotbugs-annotations
com.github.spullara.mustache.java: compiler
com.github.stefanbirkner: system-rules
com.github.tomakehurst: wiremock wiremock-jre8
com.github.virtuald: curvesapi
com.google.android.gms: play-services-base
com.google.android.material: material
com.google.api-client: google-api-client
com.google.auth: google-auth-library-oauth2-http
com.google.auto.service: auto-service
com.google.auto.value: auto-value auto-value-annotations
com.google.cloud: google-cloud-storage google-cloud-bigquery google-cloud-pubsub google-cloud-core
com.google.code.findbugs: jsr305 annotations findbugs
com.google.code.gson: gson
com.google.dagger: dagger dagger-compiler
com.google.errorprone: error_prone_annotations error_prone_core
com.google.firebase: firebase-admin firebase-bom
com.google.guava: guava failureaccess listenablefuture guava-testlib
com.google.http-client: google-http-client google-http-client-jackson2
com.google.inject: guice
com.google.j2objc: j2objc-annotations
com.google.jimfs: jimfs
com.google.protobuf: protobuf-java protobuf-java-util protobuf-javalite
com.google.re2j: re2j
com.google.truth: truth
com.google.zxing: core javase
com.graphql-java: graphql-java
com.h2database: h2
com.hazelcast: hazelcast
com.ibm.icu: icu4j
com.itextpdf: itextpdf itext7-core
com.jayway.jsonpath: json-path
com.jcraft: jsch
com.lmax: disruptor
com.microsoft.azure: azure-storage
com.microsoft.sqlserver: mssql-jdbc
com.mysql: mysql-connector-j
com.nimbusds: nimbus-jose-jwt oauth2-oidc-sdk
com.oracle.database.jdbc: ojdbc8 ojdbc11
com.puppycrawl.tools: checkstyle
com.querydsl: querydsl-core querydsl-jpa querydsl-apt
com.rabbitmq: amqp-client
com.sendgrid: sendgrid-java
com.squareup: javapoet kotlinpoet
com.squareup.moshi: moshi moshi-kotlin
com.squareup.okhttp: okhttp
com.squareup.okhttp3: okhttp logging-interceptor mockwebserver
com.squareup.okio: okio okio-jvm
com.squareup.retrofit2: retrofit converter-gson converter-jackson
com.sun.activation: jakarta.activation
com.sun.istack: istack-commons-runtime
com.sun.jersey: jersey-core jersey-server jersey-client
com.sun.mail: jakarta.mail javax.mail
com.sun.xml.bind: jaxb-impl jaxb-core
com.sun.xml.fastinfoset: FastInfoset
com.thoughtworks.paranamer: paranamer
com.thoughtworks.xstream: xstream
com.twilio.sdk: twilio
com.typesafe: config
com.typesafe.akka: akka-actor_2.12 akka-actor_2.13 akka-stream_2.12 akka-stream_2.13
com.typesafe.scala-logging: scala-logging_2.12 scala-logging_2.13
com.vaadin.external.google: android-json
com.zaxxer: HikariCP SparseBitSet
commons-beanutils: commons-beanutils
commons-cli: commons-cli
commons-codec: commons-codec
commons-collections: commons-collections
commons-configuration: commons-configuration
commons-dbcp: commons-dbcp
commons-digester: commons-digester
commons-discovery: commons-discovery
commons-fileupload: commons-fileupload
commons-httpclient: commons-httpclient
commons-io: commons-io
commons-lang: commons-lang
commons-logging: commons-logging
commons-net: commons-net
commons-pool: commons-pool
commons-validator: commons-validator
dom4j: dom4j
io.confluent: kafka-avro-serializer kafka-schema-registry-client
io.cucumber: cucumber-java cucumber-junit
io.dropwizard: dropwizard-core
io.dropwizard.metrics: metrics-core metrics-jvm
io.fabric8: kubernetes-client
io.github.classgraph: classgraph
io.github.openfeign: feign-core feign-jackson feign-okhttp
io.github.resilience4j: resilience4j-core resilience4j-circuitbreaker resilience4j-retry
io.grpc: grpc-api grpc-core grpc-netty grpc-netty-shaded grpc-protobuf grpc-stub grpc-context
io.jaegertracing: jaeger-client
io.jsonwebtoken: jjwt jjwt-api jjwt-impl jjwt-jackson
io.lettuce: lettuce-core
io.micrometer: micrometer-core micrometer-registry-prometheus micrometer-observation micrometer-tracing
io.micronaut: micronaut-core micronaut-inject
io.netty: netty netty-all netty-buffer netty-codec netty-codec-http netty-codec-http2 netty-common netty-handler netty-resolver netty-transport netty-tcnative-boringssl-static
io.opentelemetry: opentelemetry-api opentelemetry-sdk opentelemetry-context
io.opentracing: opentracing-api opentracing-util
io.perfmark: perfmark-api
io.projectreactor: reactor-core reactor-test
io.projectreactor.netty: reactor-netty
io.prometheus: simpleclient simpleclient_common simpleclient_hotspot
io.quarkus: quarkus-core quarkus-arc quarkus-resteasy
io.reactivex: rxjava
io.reactivex.rxjava2: rxjava
io.reactivex.rxjava3: rxjava
io.rest-assured: rest-assured
io.smallrye: jandex
io.spray: spray-json_2.12
io.springfox: springfox-swagger2 springfox-swagger-ui
io.swagger: swagger-annotations swagger-core swagger-models
io.swagger.core.v3: swagger-annotations swagger-core swagger-models
io.undertow: undertow-core undertow-servlet
io.vavr: vavr
io.vertx: vertx-core vertx-web
io.zipkin.brave: brave
jakarta.activation: jakarta.activation-api
jakarta.annotation: jakarta.annotation-api
jakarta.inject: jakarta.inject-api
jakarta.persistence: jakarta.persistence-api
jakarta.servlet: jakarta.servlet-api
jakarta.validation: jakarta.validation-api
jakarta.ws.rs: jakarta.ws.rs-api
jakarta.xml.bind: jakarta.xml.bind-api
javassist: javassist
javax.activation: activation javax.activation-api
javax.annotation: javax.annotation-api jsr250-api
javax.cache: cache-api
javax.ejb: ejb-api
javax.el: javax.el-api
javax.enterprise: cdi-api
javax.inject: javax.inject
javax.mail: mail javax.mail-api
javax.persistence: persistence-api javax.persistence-api
javax.servlet: javax.servlet-api servlet-api jstl jsp-api
javax.servlet.jsp: jsp-api
javax.transaction: javax.transaction-api jta
javax.validation: validation-api
javax.websocket: javax.websocket-api
javax.ws.rs: javax.ws.rs-api jsr311-api
javax.xml.bind: jaxb-api
jaxen: jaxen
jline: jline
joda-time: joda-time
junit: junit junit-dep
log4j: log4j
mysql: mysql-connector-java
net.bytebuddy: byte-buddy byte-buddy-agent
net.java.dev.jna: jna jna-platform
net.javacrumbs.shedlock: shedlock-spring
net.jcip: jcip-annotations
net.logstash.logback: logstash-logback-encoder
net.minidev: json-smart accessors-smart
net.objenesis: objenesis
net.sf.ehcache: ehcache ehcache-core
net.sf.jopt-simple: jopt-simple
net.sf.json-lib: json-lib
net.sf.saxon: Saxon-HE
net.sourceforge.htmlunit: htmlunit
net.sourceforge.pmd: pmd-java pmd-core
org.antlr: antlr4 antlr4-runtime antlr-runtime ST4 stringtemplate
org.apache.ant: ant ant-launcher
org.apache.avro: avro
org.apache.calcite: calcite-core
org.apache.camel: camel-core camel-spring
org.apache.cassandra: cassandra-all
org.apache.commons: commons-collections4 commons-compress commons-configuration2 commons-csv commons-dbcp2 commons-email commons-exec commons-jexl commons-lang3 commons-math commons-math3 commons-pool2 commons-text commons-vfs2 commons-fileupload2
org.apache.curator: curator-client curator-framework curator-recipes
org.apache.cxf: cxf-core cxf-rt-frontend-jaxws cxf-rt-transports-http
org.apache.derby: derby
org.apache.flink: flink-core flink-java
org.apache.groovy: groovy
org.apache.hadoop: hadoop-client hadoop-common hadoop-hdfs hadoop-aws
org.apache.hbase: hbase-client hbase-common
org.apache.hive: hive-jdbc hive-exec
org.apache.httpcomponents: httpclient httpcore httpmime httpasyncclient fluent-hc
org.apache.httpcomponents.client5: httpclient5
org.apache.httpcomponents.core5: httpcore5 httpcore5-h2
org.apache.ivy: ivy
org.apache.kafka: kafka-clients kafka-streams kafka_2.12 kafka_2.13
org.apache.logging.log4j: log4j-api log4j-core log4j-1.2-api log4j-jcl log4j-slf4j-impl log4j-slf4j2-impl log4j-to-slf4j log4j-web
org.apache.lucene: lucene-core lucene-analyzers-common lucene-queryparser
org.apache.maven: maven-core maven-model maven-plugin-api maven-artifact
org.apache.mina: mina-core
org.apache.pdfbox: pdfbox fontbox
org.apache.poi: poi poi-ooxml poi-ooxml-schemas poi-scratchpad
org.apache.santuario: xmlsec
org.apache.shiro: shiro-core shiro-web shiro-spring
org.apache.solr: solr-solrj solr-core
org.apache.spark: spark-core_2.12 spark-core_2.13 spark-sql_2.12 spark-sql_2.13
org.apache.struts: struts2-core
org.apache.thrift: libthrift
org.apache.tika: tika-core tika-parsers
org.apache.tomcat: tomcat-jdbc tomcat-juli tomcat-annotations-api
org.apache.tomcat.embed: tomcat-embed-core tomcat-embed-el tomcat-embed-jasper tomcat-embed-websocket
org.apache.velocity: velocity velocity-engine-core
org.apache.xmlbeans: xmlbeans
org.apache.xmlgraphics: batik-all fop
org.apache.zookeeper: zookeeper
org.apiguardian: apiguardian-api
org.aspectj: aspectjrt aspectjweaver aspectjtools
org.assertj: assertj-core
org.awaitility: awaitility
org.bouncycastle: bcprov-jdk15on bcprov-jdk18on bcpkix-jdk15on bcpkix-jdk18on bcutil-jdk18on bcpg-jdk18on bcprov-jdk16
org.checkerframework: checker-qual
org.clojure: clojure clojurescript core.async tools.logging data.json
org.codehaus.groovy: groovy groovy-all groovy-json
org.codehaus.jackson: jackson-core-asl jackson-mapper-asl
org.codehaus.janino: janino commons-compiler
org.codehaus.jettison: jettison
org.codehaus.mojo: animal-sniffer-annotations
org.codehaus.plexus: plexus-utils plexus-classworlds
org.codehaus.woodstox: stax2-api
org.conscrypt: conscrypt-openjdk-uber
org.dom4j: dom4j
org.easymock: easymock
org.eclipse.jdt: ecj
org.eclipse.jetty: jetty-server jetty-servlet jetty-util jetty-http jetty-io jetty-webapp jetty-client
org.elasticsearch: elasticsearch
org.elasticsearch.client: elasticsearch-rest-client elasticsearch-rest-high-level-client
org.fusesource.jansi: jansi
org.flywaydb: flyway-core
org.freemarker: freemarker
org.glassfish: jakarta.el javax.el
org.glassfish.jaxb: jaxb-runtime txw2
org.glassfish.jersey.core: jersey-common jersey-server jersey-client
org.hamcrest: hamcrest hamcrest-all hamcrest-core hamcrest-library
org.hdrhistogram: HdrHistogram
org.hibernate: hibernate-core hibernate-entitymanager hibernate-validator
org.hibernate.orm: hibernate-core
org.hibernate.validator: hibernate-validator
org.hsqldb: hsqldb
org.influxdb: influxdb-java
org.jacoco: org.jacoco.agent org.jacoco.core
org.javassist: javassist
org.jboss: jandex
org.jboss.logging: jboss-logging
org.jboss.resteasy: resteasy-jaxrs
org.jdbi: jdbi3-core
org.jetbrains: annotations
org.jetbrains.kotlin: kotlin-reflect kotlin-stdlib kotlin-stdlib-common kotlin-stdlib-jdk7 kotlin-stdlib-jdk8 kotlin-test kotlin-compiler-embeddable
org.jetbrains.kotlinx: kotlinx-coroutines-core kotlinx-coroutines-android kotlinx-serialization-json kotlinx-datetime
org.jooq: jooq
org.json: json
org.jsoup: jsoup
org.junit: junit-bom
org.junit.jupiter: junit-jupiter junit-jupiter-api junit-jupiter-engine junit-jupiter-params
org.junit.platform: junit-platform-commons junit-platform-engine junit-platform-launcher
org.junit.vintage: junit-vintage-engine
org.liquibase: liquibase-core
org.lz4: lz4-java
org.mapstruct: mapstruct mapstruct-processor
org.mariadb.jdbc: mariadb-java-client
org.mockito: mockito-all mockito-core mockito-inline mockito-junit-jupiter
org.mongodb: mongodb-driver-sync mongodb-driver-core mongo-java-driver bson
org.mozilla: rhino
org.mybatis: mybatis mybatis-spring
org.mybatis.spring.boot: mybatis-spring-boot-starter
org.objenesis: objenesis
org.openjdk.jmh: jmh-core
org.openjfx: javafx-controls javafx-base
org.opensearch.client: opensearch-java
org.opentest4j: opentest4j
org.osgi: org.osgi.core osgi.core
org.ow2.asm: asm asm-analysis asm-commons asm-tree asm-util
org.postgresql: postgresql
org.powermock: powermock-api-mockito2 powermock-core powermock-module-junit4
org.projectlombok: lombok
org.quartz-scheduler: quartz
org.reactivestreams: reactive-streams
org.redisson: redisson
org.reflections: reflections
org.robolectric: robolectric
org.rocksdb: rocksdbjni
org.roaringbitmap: RoaringBitmap
org.scala-lang: scala-library scala-reflect scala-compiler scala3-library_3
org.scala-lang.modules: scala-xml_2.12 scala-xml_2.13
org.scalatest: scalatest_2.12 scalatest_2.13
org.seleniumhq.selenium: selenium-api selenium-java selenium-chrome-driver
org.skyscreamer: jsonassert
org.slf4j: slf4j-api slf4j-simple slf4j-log4j12 slf4j-nop jcl-over-slf4j jul-to-slf4j log4j-over-slf4j
org.spockframework: spock-core
org.springdoc: springdoc-openapi-ui springdoc-openapi-starter-webmvc-ui
org.springframework: spring-aop spring-aspects spring-beans spring-context spring-context-support spring-core spring-expression spring-jcl spring-jdbc spring-jms spring-messaging spring-orm spring-oxm spring-test spring-tx spring-web spring-webflux spring-webmvc spring-websocket
org.springframework.boot: spring-boot spring-boot-actuator spring-boot-autoconfigure spring-boot-configuration-processor spring-boot-devtools spring-boot-maven-plugin spring-boot-starter spring-boot-starter-actuator spring-boot-starter-aop spring-boot-starter-cache spring-boot-starter-data-jpa spring-boot-starter-data-redis spring-boot-starter-jdbc spring-boot-starter-json spring-boot-starter-logging spring-boot-starter-security spring-boot-starter-test spring-boot-starter-thymeleaf spring-boot-starter-tomcat spring-boot-starter-validation spring-boot-starter-web spring-boot-starter-webflux
org.springframework.cloud: spring-cloud-commons spring-cloud-context spring-cloud-starter-netflix-eureka-client spring-cloud-starter-openfeign spring-cloud-starter-gateway spring-cloud-starter-config
org.springframework.data: spring-data-commons spring-data-jpa spring-data-mongodb spring-data-redis
org.springframework.kafka: spring-kafka
org.springframework.retry: spring-retry
org.springframework.security: spring-security-config spring-security-core spring-security-crypto spring-security-oauth2-client spring-security-test spring-security-web
org.testcontainers: testcontainers postgresql junit-jupiter
org.testng: testng
org.threeten: threetenbp
org.thymeleaf: thymeleaf thymeleaf-spring5 thymeleaf-spring6
org.tukaani: xz
org.typelevel: cats-core_2.12 cats-core_2.13
org.webjars: jquery bootstrap
org.wiremock: wiremock
org.xerial: sqlite-jdbc
org.xerial.snappy: snappy-java
org.xmlunit: xmlunit-core
org.yaml: snakeyaml
oro: oro
postgresql: postgresql
redis.clients: jedis
software.amazon.awssdk: auth aws-core bom cloudwatch dynamodb ec2 kms lambda regions s3 sdk-core secretsmanager sns sqs ssm sts url-connection-client utils
stax: stax-api
velocity: velocity
xalan: xalan serializer
xerces: xercesImpl
xml-apis: xml-apis
xmlunit: xmlunit
xpp3: xpp3_min
`;
