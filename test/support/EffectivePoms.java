import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.building.DefaultModelBuilderFactory;
import org.apache.maven.model.building.DefaultModelBuildingRequest;
import org.apache.maven.model.building.ModelBuildingRequest;

/** Prints the dependencies of the effective model of each pom.xml that a file lists. */
public class EffectivePoms {
  public static void main(String[] args) throws Exception {
    var builder = new DefaultModelBuilderFactory().newInstance();
    var out = new StringBuilder();
    for (String name : Files.readAllLines(Path.of(args[0]))) {
      var request = new DefaultModelBuildingRequest()
          .setPomFile(new File(name))
          .setProcessPlugins(false)
          .setValidationLevel(ModelBuildingRequest.VALIDATION_LEVEL_MINIMAL);
      try {
        for (Dependency one : builder.build(request).getEffectiveModel().getDependencies()) {
          out.append(name).append('\t').append(one.getManagementKey()).append('\t').append(one.getVersion()).append('\n');
        }
      } catch (Exception error) {
        out.append(name).append("\terror\t").append(error.getMessage().replaceAll("\\s+", " ")).append('\n');
      }
    }
    System.out.print(out);
  }
}
