// Filing a ticket.
import { useState } from "preact/hooks";
import type { Me, Topic } from "../../widget/door/documents";
import type { Lockstep } from "../../widget/main";

interface Props {
  topics: readonly Topic[];
  services: Me["services"];
  file: Lockstep["fileTicket"];
}

type Stage = { is: "writing" } | { is: "sending" } | { is: "filed"; number: number } | { is: "refused"; message: string };

export function FileTicket({ topics, services, file }: Props) {
  const [stage, setStage] = useState<Stage>({ is: "writing" });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const service = String(fields.get("service"));
    setStage({ is: "sending" });
    void file(String(fields.get("topic")), String(fields.get("text")).trim(), service === "" ? undefined : service).then((answer) => {
      if (answer.__typename === "TicketFiled") {
        form.reset();
        setStage({ is: "filed", number: answer.number });
      } else if ("message" in answer) setStage({ is: "refused", message: answer.message });
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
        <p role="status">{stage.is === "filed" && `Filed as no. ${stage.number}. You see every change of it above.`}</p>
        {stage.is === "refused" && (
          <p role="alert" class="lost-note">
            {stage.message}
          </p>
        )}
      </form>
    </section>
  );
}
