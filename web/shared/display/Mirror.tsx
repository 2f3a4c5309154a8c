// The mirror in its frame: of another origin, spoken with over a port.
import { useEffect, useRef } from "preact/hooks";
import { say } from "../words/say";
import { HELLO, type FromMirror, type ToMirror } from "./protocol";

export type Send = (message: ToMirror) => void;

interface Props {
  /** The mirror's origin. */
  origin: string;
  /** A mirror listens that knows nothing yet: the first one, or one that was loaded again. */
  ready: (send: Send) => void;
  hear: (message: FromMirror) => void;
}

export function Mirror({ origin, ready, hear }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const latest = useRef({ ready, hear });
  latest.current = { ready, hear };
  const port = useRef<MessagePort | undefined>(undefined);
  useEffect(() => () => port.current?.close(), []);
  const loaded = () => {
    port.current?.close();
    const { port1, port2 } = new MessageChannel();
    port.current = port1;
    port1.onmessage = ({ data }: MessageEvent<FromMirror>) => {
      if (data.type === "ready") latest.current.ready((message) => port1.postMessage(message));
      else latest.current.hear(data);
    };
    frame.current?.contentWindow?.postMessage({ type: HELLO }, origin, [port2]);
  };
  return (
    <iframe
      ref={frame}
      class="mirror-frame"
      title={say("view.title")}
      sandbox="allow-scripts allow-same-origin allow-forms"
      referrerPolicy="no-referrer"
      src={`${origin}/`}
      onLoad={loaded}
    />
  );
}
