package lockstep.peer;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** What stands on the command line: {@code --name value}, in any order. */
final class Arguments {
    private final Map<String, String> values = new HashMap<>();

    Arguments(String[] words) {
        for (int at = 0; at < words.length; at += 2) {
            if (!words[at].startsWith("--") || at + 1 == words.length) {
                throw new IllegalArgumentException("expected --name value, found " + words[at]);
            }
            values.put(words[at].substring(2), words[at + 1]);
        }
    }

    String text(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    int number(String name, int otherwise) {
        return Integer.parseInt(text(name, Integer.toString(otherwise)));
    }

    /** The client settings of the file that {@code --properties} names. */
    Properties client() throws IOException {
        Properties client = new Properties();
        try (FileInputStream file = new FileInputStream(text("properties"))) {
            client.load(file);
        }
        return client;
    }
}
