// The tabs that GraphiQL opens with: one for each thing that people come to try.

export interface Example {
  query: string;
  variables?: string;
}

export const examples: Example[] = [
  {
    query: `# Who am I? Every role may ask.
# Ctrl + Enter runs it,
# Ctrl + Space completes, and the
# explorer builds it by clicking.
query WhoAmI {
  whoami {
    id
    name
    roles
  }
}
`,
  },
  {
    query: `# The site at this moment (supervisor).
# A service level is a number under
# a named formula and its version.
query BoardNow {
  board {
    now
    totals {
      waiting
      talking
      offered
      answered
      serviceLevel { formula version value }
    }
    queues {
      title
      waiting
      freeAgents
      longestWaitSince
      expectedWait { seconds method basis }
    }
    agents { name presence status since }
  }
}
`,
  },
  {
    query: `# The board, live (supervisor):
# everything, then what changes.
# Let somebody ask, and watch.
subscription BoardLive {
  board {
    version
    snapshot
    contacts {
      id
      state
      customerName
      topic
      agentName
      position
    }
    agents { id name status }
    gone { kind id }
    totals { waiting talking }
  }
}
`,
  },
  {
    query: `# My own desk, live (agent):
# offers, contacts, bookings.
subscription DeskLive {
  desk {
    me { name presence status }
    offers {
      reservation
      until
      pop { topicTitle customerName waitedSeconds }
    }
    contacts {
      contact
      state
      pop { customerName }
      link { medium state messages { from text } }
    }
    bookings { kind customerName expectedAt }
  }
}
`,
  },
  {
    query: `# A command (agent) answers Done,
# Refused or NotKnownYet: a no is
# data, not an error. The id is
# yours: sending it again is safe,
# outcome tells what came of it.
mutation TakeABreak($commandId: UUID) {
  setPresence(commandId: $commandId, presence: BREAK) {
    __typename
    ... on Done { commandId token }
    ... on Refused { code message }
    ... on NotKnownYet { message }
  }
}

query WhatBecameOfIt($commandId: UUID!) {
  outcome(commandId: $commandId) {
    state
    token
    refused { code message }
  }
}
`,
    variables: `{
  "commandId": "7a0f3c52-6f0e-4c5b-9d0a-1f6f1f3b9c01"
}
`,
  },
  {
    query: `# Contacts, newest first
# (supervisor). For the next page
# give endCursor as $after.
query History($after: String) {
  contacts(first: 20, after: $after) {
    edges {
      node {
        id
        state
        topic
        queue
        customerName
        agentName
        queuedAt
        exit
        disposition
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
];
