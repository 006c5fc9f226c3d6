/** The last batch of each outbox epoch that is stored: what makes "at least once" into "once". */
export type IngestTables = { ingest_sequences: { agent: string; epoch: string; seq: number; at: number } }
