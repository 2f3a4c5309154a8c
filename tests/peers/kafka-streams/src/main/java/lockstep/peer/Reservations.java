package lockstep.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The rule: an agent has at most one live reservation. One command in, one answer out. */
final class Reservations extends ContextualProcessor<String, byte[], String, byte[]> {
    /** Live reservations: the agent, and the contact that holds it. */
    static final String STORE = "reservations";
    /** As large as an event of Lockstep. */
    private static final int ANSWER_BYTES = 500;
    private static final String[] CARRIED = {"id", "sent"};

    private final ObjectMapper json = new ObjectMapper();
    private KeyValueStore<String, String> live;

    @Override
    public void init(ProcessorContext<String, byte[]> context) {
        super.init(context);
        live = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<String, byte[]> command) {
        try {
            byte[] answer = decide(json.readTree(command.value()));
            context().forward(command.withValue(answer).withHeaders(carried(command.headers())));
        } catch (IOException malformed) {
            throw new UncheckedIOException("a command is not JSON", malformed);
        }
    }

    private byte[] decide(JsonNode command) throws IOException {
        String agent = command.path("agent").asText();
        String contact = command.path("contact").asText();
        String holder = live.get(agent);
        switch (command.path("type").asText()) {
            case "reserve":
                if (holder != null) {
                    return answer("command.refused", agent, contact, "agent_reserved");
                }
                live.put(agent, contact);
                return answer("reservation.offered", agent, contact, null);
            case "release":
                if (!contact.equals(holder)) {
                    return answer("command.refused", agent, contact, "not_reserved");
                }
                live.delete(agent);
                return answer("reservation.completed", agent, contact, null);
            default:
                return answer("command.refused", agent, contact, "unknown_command");
        }
    }

    private byte[] answer(String type, String agent, String contact, String rule) throws IOException {
        ObjectNode answer = json.createObjectNode().put("type", type).put("agent", agent).put("contact", contact);
        if (rule != null) {
            answer.put("rule", rule);
        }
        int bytes = json.writeValueAsBytes(answer.put("pad", "")).length;
        return json.writeValueAsBytes(answer.put("pad", "x".repeat(Math.max(0, ANSWER_BYTES - bytes))));
    }

    private static Headers carried(Headers of) {
        Headers carried = new RecordHeaders();
        for (String name : CARRIED) {
            Header header = of.lastHeader(name);
            if (header != null) {
                carried.add(header);
            }
        }
        return carried;
    }
}
