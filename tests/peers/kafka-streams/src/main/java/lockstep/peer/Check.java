package lockstep.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Starts the peer on topics of its own, sends commands at a rate, and checks and times the answers. */
public final class Check {
    private static final int PARTITIONS = 8;
    private static final int AGENTS_PER_SITE = 50;
    private static final int COMMAND_BYTES = 350;
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);

    private final ObjectMapper json = new ObjectMapper();
    private final Arguments arguments;
    private final Properties client;
    private final String input = "peer-check-" + UUID.randomUUID() + "-commands";
    private final String output = input.replace("commands", "answers");

    private Check(String[] words) throws Exception {
        arguments = new Arguments(words);
        client = arguments.client();
    }

    public static void main(String[] words) throws Exception {
        new Check(words).run();
    }

    private void run() throws Exception {
        try (Admin admin = Admin.create(client)) {
            List<NewTopic> topics = List.of(topic(input), topic(output));
            admin.createTopics(topics).all().get();
            Process peer = startPeer();
            try {
                measure();
            } finally {
                peer.destroy();
                peer.waitFor();
                Set<String> names = admin.listTopics().names().get();
                admin.deleteTopics(names.stream().filter(name -> name.startsWith(input)).toList()).all().get();
                admin.deleteTopics(List.of(output)).all().get();
                admin.deleteConsumerGroups(List.of(input)).all().get();
            }
        }
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, Optional.of(PARTITIONS), Optional.empty());
    }

    private Process startPeer() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process peer = new ProcessBuilder(java.toString(), "-cp", System.getProperty("java.class.path"),
                "lockstep.peer.Peer", "--properties", arguments.text("properties"), "--input", input, "--output",
                output, "--application", input, "--commit-ms", arguments.text("commit-ms", "100"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader says = new BufferedReader(new InputStreamReader(peer.getInputStream()));
        if (!"ready".equals(says.readLine())) {
            throw new IllegalStateException("the peer ended before it was ready");
        }
        return peer;
    }

    private void measure() throws Exception {
        int rate = arguments.number("rate", 2000);
        int warm = rate * arguments.number("warm-seconds", 15);
        int all = warm + rate * arguments.number("seconds", 20);
        Thread sender = new Thread(() -> send(all, rate));
        sender.start();
        long[] tookMicros = receive(all);
        sender.join();
        long[] measured = Arrays.copyOfRange(tookMicros, warm, all);
        Arrays.sort(measured);
        System.out.printf("commit %s ms, %d/s: p50 %.1f  p95 %.1f  p99 %.1f  max %.1f ms (%d commands)%n",
                arguments.text("commit-ms", "100"), rate, at(measured, 0.5), at(measured, 0.95), at(measured, 0.99),
                at(measured, 1), measured.length);
    }

    private static double at(long[] sorted, double part) {
        return sorted[(int) Math.round(part * (sorted.length - 1))] / 1000.0;
    }

    /** Reserves and releases by chance: some are refused. */
    private void send(int all, int rate) {
        Random chance = new Random(1);
        Map<String, String> holders = new HashMap<>();
        Properties settings = new Properties();
        settings.putAll(client);
        settings.put("linger.ms", "0");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            long begin = System.nanoTime();
            for (int id = 0; id < all; id++) {
                long due = begin + id * 1_000_000_000L / rate;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                int site = chance.nextInt(PARTITIONS);
                String agent = new UUID(site, chance.nextInt(AGENTS_PER_SITE)).toString();
                boolean release = chance.nextBoolean() && holders.containsKey(agent);
                String contact = release ? holders.remove(agent) : new UUID(0, id).toString();
                if (!release) {
                    holders.putIfAbsent(agent, contact);
                }
                String command = "{\"type\":\"" + (release ? "release" : "reserve") + "\",\"agent\":\"" + agent
                        + "\",\"contact\":\"" + contact + "\",\"pad\":\"";
                String value = command + "x".repeat(COMMAND_BYTES - command.length() - 2) + "\"}";
                var record = new ProducerRecord<>(input, site, "site-" + site, value.getBytes(StandardCharsets.UTF_8));
                record.headers().add("id", number(id));
                record.headers().add("sent", number(System.nanoTime()));
                producer.send(record);
            }
        }
    }

    /** Waits for every answer, and returns how long each one took. */
    private long[] receive(int all) throws Exception {
        long[] tookMicros = new long[all];
        boolean[] answered = new boolean[all];
        Map<String, String> live = new HashMap<>();
        Set<String> rules = new HashSet<>();
        Properties settings = new Properties();
        settings.putAll(client);
        settings.put("isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(IntStream.range(0, PARTITIONS).mapToObj(at -> new TopicPartition(output, at))
                    .collect(Collectors.toList()));
            consumer.seekToBeginning(consumer.assignment());
            int seen = 0;
            long last = System.nanoTime();
            while (seen < all) {
                var answers = consumer.poll(Duration.ofMillis(100));
                long now = System.nanoTime();
                if (!answers.isEmpty()) {
                    last = now;
                } else if (now - last > ANSWER_PATIENCE.toNanos()) {
                    throw new IllegalStateException(all - seen + " commands were never answered");
                }
                for (var answer : answers) {
                    int id = (int) header(answer, "id");
                    if (answered[id]) {
                        throw new IllegalStateException("command " + id + " was answered twice");
                    }
                    answered[id] = true;
                    tookMicros[id] = (now - header(answer, "sent")) / 1000;
                    hold(json.readTree(answer.value()), live, rules);
                    seen++;
                }
            }
        }
        if (!rules.contains("agent_reserved")) {
            throw new IllegalStateException("nothing was ever refused: the check did not try the rule");
        }
        return tookMicros;
    }

    /** The rule, looked at from outside. */
    private static void hold(JsonNode answer, Map<String, String> live, Set<String> rules) {
        String agent = answer.path("agent").asText();
        String contact = answer.path("contact").asText();
        switch (answer.path("type").asText()) {
            case "reservation.offered" -> {
                if (live.put(agent, contact) != null) {
                    throw new IllegalStateException("agent " + agent + " has two live reservations");
                }
            }
            case "reservation.completed" -> {
                if (!live.remove(agent, contact)) {
                    throw new IllegalStateException("agent " + agent + " was let go by another contact");
                }
            }
            default -> rules.add(answer.path("rule").asText());
        }
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static long header(ConsumerRecord<?, ?> record, String name) {
        return ByteBuffer.wrap(record.headers().lastHeader(name).value()).getLong();
    }
}
