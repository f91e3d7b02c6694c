#!/bin/sh
# A version raised in pom.properties and in pom.xml.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
jar --extract --file "$1/app/lib/alpha.jar"
sed -i 's/^version=.*/version=1.10.0/' META-INF/maven/org.example/alpha/pom.properties
sed -i 's|<version>1.9</version>|<version>1.10.0</version>|' META-INF/maven/org.example/alpha/pom.xml
jar --update --file "$1/app/lib/alpha.jar" META-INF/maven
