// Filing a ticket.
import { useState } from "preact/hooks";
import type { Me, Topic } from "../../widget/door/documents";
import type { Lockstep } from "../../widget/main";

interface Props {
  topics: readonly Topic[];
  services: Me["services"];
  file: Lockstep["fileTicket"];
}

type Stage = { is: "writing" } | { is: "sending" } | { is: "filed"; number: number } | { is: "refused"; why: string };

const failed = "That didn't work. Please try again.";
const notYet = "We don't have an answer yet. Your ticket shows up above as soon as we do.";

/** Why it was not filed, in the company's own words. */
const why: Readonly<Record<string, string>> = {
  "ticket.too_many_open": "You have as many open tickets as we can keep. Please ask us about one of them instead.",
  "ticket.not_signed_in": "Please sign in again, then file the ticket.",
  late: "We couldn't send that in time. Please try again.",
};

export function FileTicket({ topics, services, file }: Props) {
  const [stage, setStage] = useState<Stage>({ is: "writing" });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const service = String(fields.get("service"));
    const text = String(fields.get("text")).trim();
    if (text === "") return setStage({ is: "refused", why: "Please tell us what happened." });
    setStage({ is: "sending" });
    void file(String(fields.get("topic")), text, service === "" ? undefined : service).then((answer) => {
      if (answer.__typename === "TicketFiled") {
        form.reset();
        setStage({ is: "filed", number: answer.number });
      } else setStage({ is: "refused", why: "code" in answer ? (why[answer.code] ?? failed) : notYet });
    });
  };
  return (
    <section aria-labelledby="file">
      <h2 id="file">File a ticket</h2>
      <form class="file" onSubmit={submit}>
        <label>
          What is it about?
          <select name="topic" required data-lockstep-share>
            {topics.map(({ topic, title }) => (
              <option key={topic} value={topic}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          Which service?
          <select name="service">
            <option value="">None of them, or I am not sure</option>
            {services.map((service) => (
              <option key={service.id} value={service.id}>
                {service.product}, {service.label}
              </option>
            ))}
          </select>
        </label>
        <label class="whole">
          What happened?
          <textarea name="text" rows={4} required maxLength={2000} />
        </label>
        <button class="button" disabled={stage.is === "sending"}>
          {stage.is === "sending" ? "Filing…" : "File the ticket"}
        </button>
        <p role="status">{stage.is === "filed" && `Filed as no. ${stage.number}. You'll see every change above.`}</p>
        {stage.is === "refused" && (
          <p role="alert" class="lost-note">
            {stage.why}
          </p>
        )}
      </form>
    </section>
  );
}
