// Frames from before a screen joined: read from the recording when somebody rewinds beyond the picture it began with.
import { request } from "../graphql/request";
import { Recording, type Frame } from "./documents";

/** As many as the server gives at once. */
const PAGE = 200;
/** Pages that are read at most: what is older is not offered. */
const PAGES_MAX = 1_000;

/** Everything recorded of a contact, page by page, until `last` answers that it is enough. */
export async function readRecording(contact: string, take: (frames: Frame[]) => boolean): Promise<void> {
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { displayRecording }: { displayRecording: RecordingPage } = await request(Recording, { contact, after, first: PAGE });
    const goOn = take(displayRecording.edges.map((edge) => edge.node));
    if (!goOn || !displayRecording.pageInfo.hasNextPage) return;
    after = displayRecording.pageInfo.endCursor;
  }
}

interface RecordingPage {
  edges: { node: Frame }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** What was recorded before `first`. */
export async function readEarlier(contact: string, first: Frame): Promise<Frame[]> {
  const earlier: Frame[] = [];
  const until = Date.parse(first.at);
  await readRecording(contact, (frames) => {
    for (const frame of frames) {
      const same = frame.pageLoad === first.pageLoad && frame.seq === first.seq && frame.kind === first.kind;
      if (same || Date.parse(frame.at) > until) return false;
      earlier.push(frame);
    }
    return true;
  });
  return earlier;
}
