// Brings a Kafka cluster to what the files `topics` and `acls` beside it say, and prints what it changed.
//
//   java -cp 'LIBS/*' Apply.java CLIENT_PROPERTIES FOLDER_OF_THE_FILES
//
// It never deletes a topic and never lowers a number of partitions: what is in the log stays. Raising the number of
// partitions is safe, because a site's partition is looked up in the registry and never computed from a hash.

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

public final class Apply {
    record Topic(int partitions, Map<String, String> settings) {}

    public static void main(String[] args) throws Exception {
        if (args.length != 2) {
            System.err.println("usage: Apply CLIENT_PROPERTIES FOLDER");
            System.exit(2);
        }
        Properties client = new Properties();
        try (FileInputStream file = new FileInputStream(args[0])) {
            client.load(file);
        }
        Path folder = Path.of(args[1]);
        try (Admin admin = Admin.create(client)) {
            topics(admin, readTopics(folder.resolve("topics")));
            acls(admin, readAcls(folder.resolve("acls")));
        } catch (ExecutionException failed) {
            System.err.println("cannot apply the files of " + folder + ": " + failed.getCause());
            System.exit(1);
        }
        System.exit(0);
    }

    static List<String[]> lines(Path file) throws IOException {
        List<String[]> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                lines.add(line.trim().split("\\s+"));
            }
        }
        return lines;
    }

    static Map<String, Topic> readTopics(Path file) throws IOException {
        Map<String, Topic> topics = new LinkedHashMap<>();
        for (String[] words : lines(file)) {
            Map<String, String> settings = new LinkedHashMap<>();
            for (int at = 2; at < words.length; at++) {
                String[] setting = words[at].split("=", 2);
                settings.put(setting[0], setting[1]);
            }
            topics.put(words[0], new Topic(Integer.parseInt(words[1]), settings));
        }
        return topics;
    }

    static Set<AclBinding> readAcls(Path file) throws IOException {
        Set<AclBinding> acls = new LinkedHashSet<>();
        for (String[] words : lines(file)) {
            ResourceType kind = ResourceType.fromString(words[2]);
            for (String operation : words[1].split(",")) {
                AccessControlEntry entry = new AccessControlEntry("User:" + words[0], "*",
                        AclOperation.fromString(operation), AclPermissionType.ALLOW);
                for (int at = 3; at < words.length; at++) {
                    acls.add(new AclBinding(new ResourcePattern(kind, words[at], PatternType.LITERAL), entry));
                }
            }
        }
        if (acls.stream().anyMatch(AclBinding::isUnknown)) {
            throw new IllegalArgumentException(file + " names an operation or a kind that Kafka does not know");
        }
        return acls;
    }

    static void topics(Admin admin, Map<String, Topic> wanted) throws Exception {
        Set<String> there = admin.listTopics().names().get();
        List<NewTopic> fresh = new ArrayList<>();
        wanted.forEach((name, topic) -> {
            if (!there.contains(name)) {
                fresh.add(new NewTopic(name, Optional.of(topic.partitions()), Optional.<Short>empty())
                        .configs(topic.settings()));
            }
        });
        admin.createTopics(fresh).all().get();
        fresh.forEach(topic -> System.out.println("topic " + topic.name() + ": created"));

        List<String> old = wanted.keySet().stream().filter(there::contains).toList();
        Map<String, NewPartitions> grown = new HashMap<>();
        for (TopicDescription topic : admin.describeTopics(old).allTopicNames().get().values()) {
            int now = topic.partitions().size();
            int then = wanted.get(topic.name()).partitions();
            if (then > now) {
                grown.put(topic.name(), NewPartitions.increaseTo(then));
                System.out.println("topic " + topic.name() + ": " + now + " to " + then + " partitions");
            } else if (then < now) {
                System.out.println("topic " + topic.name() + ": keeps its " + now + " partitions, the file says " + then);
            }
        }
        admin.createPartitions(grown).all().get();
        settings(admin, old, wanted);
    }

    static void settings(Admin admin, List<String> topics, Map<String, Topic> wanted) throws Exception {
        List<ConfigResource> resources =
                topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
        Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        admin.describeConfigs(resources).all().get().forEach((resource, config) -> {
            List<AlterConfigOp> of = new ArrayList<>();
            wanted.get(resource.name()).settings().forEach((key, value) -> {
                ConfigEntry now = config.get(key);
                if (now == null || !value.equals(now.value())
                        || now.source() != ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                    of.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
                    System.out.println("topic " + resource.name() + ": " + key + "=" + value);
                }
            });
            if (!of.isEmpty()) {
                changes.put(resource, of);
            }
        });
        admin.incrementalAlterConfigs(changes).all().get();
    }

    static void acls(Admin admin, Set<AclBinding> wanted) throws Exception {
        Set<AclBinding> there = new LinkedHashSet<>(admin.describeAcls(AclBindingFilter.ANY).values().get());
        Set<AclBinding> missing = new LinkedHashSet<>(wanted);
        missing.removeAll(there);
        admin.createAcls(missing).all().get();
        missing.forEach(acl -> System.out.println("acl added: " + text(acl)));

        Set<AclBinding> surplus = there.stream().filter(acl -> !wanted.contains(acl)).collect(Collectors.toSet());
        admin.deleteAcls(surplus.stream().map(AclBinding::toFilter).toList()).all().get();
        surplus.forEach(acl -> System.out.println("acl taken away: " + text(acl)));
    }

    static String text(AclBinding acl) {
        return acl.entry().principal() + " " + acl.entry().operation() + " " + acl.pattern().resourceType() + " "
                + acl.pattern().name();
    }
}
