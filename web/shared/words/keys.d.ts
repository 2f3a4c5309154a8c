// Generated from en.json by `npm run codegen`; not edited by hand.

type Nothing = Record<never, never>;

export interface Words {
  "widget.topics.title": Nothing;
  "widget.topics.loading": Nothing;
  "widget.topics.none": Nothing;
  "widget.launcher.unread": { count: number };
}
