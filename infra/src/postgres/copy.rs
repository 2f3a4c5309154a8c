//! `COPY` in PostgreSQL's binary format: the fastest way for many new rows.

use bytes::{BufMut as _, Bytes, BytesMut};
use deadpool_postgres::Transaction;
use futures::SinkExt as _;
use projections::ports::read_store::{NewRows, Row, Value};

use super::{pool::Trouble, read_store::put_text};

/// Bytes handed to the connection at once.
const PIECE_BYTES: usize = 128 * 1024;
/// Signature, flags, and the length of an extension that there is not.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const NULL: i32 = -1;
const END: i16 = -1;

pub(super) async fn copy(transaction: &Transaction<'_>, rows: &NewRows) -> Result<(), Trouble> {
    let names: Vec<_> = rows.columns.iter().map(|column| column.name).collect();
    let sql = format!("COPY {} ({}) FROM STDIN (FORMAT binary)", rows.table, names.join(", "));
    let mut sink = Box::pin(transaction.copy_in::<_, Bytes>(&sql).await?);
    let mut piece = BytesMut::with_capacity(PIECE_BYTES + PIECE_BYTES / 4);
    piece.put_slice(HEADER);
    for row in &rows.rows {
        put(row, &mut piece);
        if piece.len() >= PIECE_BYTES {
            sink.send(piece.split().freeze()).await?;
            piece.reserve(PIECE_BYTES + PIECE_BYTES / 4);
        }
    }
    piece.put_i16(END);
    sink.send(piece.freeze()).await?;
    sink.as_mut().finish().await?;
    Ok(())
}

fn put(row: &Row, out: &mut BytesMut) {
    out.put_i16(i16::try_from(row.len()).expect("a table has few columns"));
    for value in row {
        match value {
            Value::Null => out.put_i32(NULL),
            Value::Int(value) => {
                out.put_i32(8);
                out.put_i64(*value);
            }
            Value::Text(text) => {
                let at = out.len();
                out.put_i32(0);
                put_text(text, out);
                let length = i32::try_from(out.len() - at - 4).expect("a text is far below 2 GiB");
                out[at..at + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
    }
}
