package io.millrace.payloads;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;

/**
 * How a stored payload is compressed. Each is the standard format of its name, which other tools read: RFC 1952, the LZ4
 * frame format with the content's size and checksums of blocks left out, RFC 8878. The libraries are those that Kafka's
 * clients bring. Safe for use by many threads.
 */
public enum Codec {
    NONE("") {
        @Override
        byte[] compress(byte[] payload) {
            return payload;
        }

        @Override
        byte[] decompress(byte[] stored, int size) throws IOException {
            return requireSize(stored, size);
        }
    },
    GZIP(".gz") {
        @Override
        byte[] compress(byte[] payload) throws IOException {
            return drain(payload, out -> new GZIPOutputStream(out, BUFFER) {
                {
                    def.setLevel(Deflater.BEST_SPEED);
                }
            });
        }

        @Override
        byte[] decompress(byte[] stored, int size) throws IOException {
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(stored), BUFFER)) {
                return read(in, size);
            }
        }
    },
    LZ4(".lz4") {
        @Override
        byte[] compress(byte[] payload) throws IOException {
            return drain(payload, LZ4FrameOutputStream::new);
        }

        @Override
        byte[] decompress(byte[] stored, int size) throws IOException {
            try (InputStream in = new LZ4FrameInputStream(new ByteArrayInputStream(stored))) {
                return read(in, size);
            }
        }
    },
    ZSTD(".zst") {
        @Override
        byte[] compress(byte[] payload) {
            return Zstd.compress(payload, ZSTD_LEVEL);
        }

        @Override
        byte[] decompress(byte[] stored, int size) throws IOException {
            try {
                // Nothing is allocated for a frame whose header has another size.
                long announced = Zstd.getFrameContentSize(stored);
                if (announced > 0 && announced != size) {
                    throw new IOException("it holds " + announced + " bytes and not " + size);
                }
                // The target has the reference's size: a frame that holds more is refused by the library.
                byte[] payload = new byte[size];
                long count = Zstd.decompressByteArray(payload, 0, size, stored, 0, stored.length);
                if (count != size) {
                    throw new IOException("it holds " + count + " bytes and not " + size);
                }
                return payload;
            } catch (ZstdException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    };

    private static final int BUFFER = 64 * 1024;
    private static final int ZSTD_LEVEL = 1;
    /**
     * If this sample does not get smaller, the payload is not compressed; images and archives thus cost almost nothing.
     */
    private static final int SAMPLE = 64 * 1024;

    private final String suffix;

    Codec(String suffix) {
        this.suffix = suffix;
    }

    /** The suffix of an object's name. */
    public String suffix() {
        return suffix;
    }

    /** The name in references and options, in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The codec of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Codec of(String name) {
        for (Codec codec : values()) {
            if (codec.toString().equals(name)) {
                return codec;
            }
        }
        throw new IllegalArgumentException("unknown codec '" + name + "'");
    }

    /** Compresses a payload. If compression would not make it smaller, the payload is unchanged, with {@link #NONE}. */
    public Encoded encode(byte[] payload) {
        if (this == NONE || payload.length == 0 || !pays(payload)) {
            return new Encoded(NONE, payload);
        }
        byte[] stored = compressed(payload);
        return stored.length < payload.length ? new Encoded(this, stored) : new Encoded(NONE, payload);
    }

    private boolean pays(byte[] payload) {
        if (payload.length <= 2 * SAMPLE) {
            return true;
        }
        // From the middle: bytes that begin with a readable head may continue without one.
        int from = (payload.length - SAMPLE) / 2;
        byte[] sample = Arrays.copyOfRange(payload, from, from + SAMPLE);
        return compressed(sample).length < SAMPLE - SAMPLE / 20;
    }

    private byte[] compressed(byte[] payload) {
        try {
            return compress(payload);
        } catch (IOException e) {
            // Nothing is read or written but memory.
            throw new IllegalStateException("Cannot compress with " + this, e);
        }
    }

    /**
     * Decompresses the payload. Needs no more memory than its size, whatever the stored bytes contain.
     *
     * @param size the payload's size in bytes
     * @throws CorruptPayloadException if the bytes are not in the codec's format or hold more or less than that
     */
    public byte[] decode(byte[] stored, int size) {
        try {
            return decompress(stored, size);
        } catch (IOException | RuntimeException e) {
            // The library of LZ4 throws both.
            throw new CorruptPayloadException("cannot be read as " + this + ": " + e.getMessage(), e);
        }
    }

    abstract byte[] compress(byte[] payload) throws IOException;

    abstract byte[] decompress(byte[] stored, int size) throws IOException;

    /** A payload as it is stored. */
    @SuppressWarnings("ArrayRecordComponent") // They are never compared.
    public record Encoded(Codec codec, byte[] stored) {}

    private interface Compressor {
        OutputStream over(OutputStream out) throws IOException;
    }

    private static byte[] drain(byte[] payload, Compressor compressor) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(64, payload.length / 2));
        try (OutputStream compressing = compressor.over(out)) {
            compressing.write(payload);
        }
        return out.toByteArray();
    }

    private static byte[] read(InputStream in, int size) throws IOException {
        byte[] payload = in.readNBytes(size);
        if (in.read() >= 0) {
            throw new IOException("it holds more than " + size + " bytes");
        }
        return requireSize(payload, size);
    }

    private static byte[] requireSize(byte[] payload, int size) throws IOException {
        if (payload.length != size) {
            throw new IOException("it holds " + payload.length + " bytes and not " + size);
        }
        return payload;
    }
}
