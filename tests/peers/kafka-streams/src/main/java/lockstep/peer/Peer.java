package lockstep.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.Stores;

/** Runs {@link Reservations} between two topics, exactly once. */
public final class Peer {
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    public static void main(String[] words) throws Exception {
        Arguments arguments = new Arguments(words);
        String input = arguments.text("input");
        String output = arguments.text("output");
        String application = arguments.text("application", input + "-" + output);

        KafkaStreams streams = new KafkaStreams(topology(input, output), settings(arguments, application));
        CountDownLatch ended = new CountDownLatch(1);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                System.out.println("ready");
            } else if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                ended.countDown();
            }
        });
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(CLOSE_TIMEOUT)));
        streams.start();
        ended.await();
        System.exit(1);
    }

    private static Topology topology(String input, String output) {
        var strings = Serdes.String();
        var bytes = Serdes.ByteArray();
        return new Topology()
                .addSource("commands", strings.deserializer(), bytes.deserializer(), input)
                .addProcessor("decide", Reservations::new, "commands")
                .addStateStore(
                        Stores.keyValueStoreBuilder(
                                Stores.inMemoryKeyValueStore(Reservations.STORE), strings, strings),
                        "decide")
                .addSink("answers", output, strings.serializer(), bytes.serializer(), "decide");
    }

    private static Properties settings(Arguments arguments, String application) throws IOException {
        String commitMs = arguments.text("commit-ms", "100");
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, commitMs);
        // Otherwise it may sleep through a commit that is due.
        settings.put(StreamsConfig.POLL_MS_CONFIG, commitMs);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "1");
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, "-1");
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        // Or its partitions stay with a member that is gone, until its session ends.
        settings.put(StreamsConfig.consumerPrefix("internal.leave.group.on.close"), "true");
        // Nothing lasting: the state is in memory, and in its changelog.
        Path folder = Files.createTempDirectory("kafka-streams-peer");
        folder.toFile().deleteOnExit();
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        settings.putAll(arguments.client());
        return settings;
    }
}
