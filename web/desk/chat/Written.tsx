// What was written in a chat, to read.
import { Name } from "../../shared/ui/Name";
import { Said } from "../../shared/ui/Said";
import { At } from "../../shared/ui/Time";
import { say } from "../../shared/words/say";
import type { Message } from "../documents";
import "./chat.css";

export function Written({ messages, customer, agent }: { messages: readonly Message[]; customer: string; agent: string }) {
  return (
    <ol class="written">
      {messages.map((message) => (
        <li key={message.id}>
          <span class="said-who">
            <Name of={message.from === "AGENT" ? agent : customer} /> · <At at={message.at} />
          </span>
          <p dir="auto">{message.text == null ? <em>{say("staff.erased")}</em> : <Said text={message.text} />}</p>
        </li>
      ))}
    </ol>
  );
}
