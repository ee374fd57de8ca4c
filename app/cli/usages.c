/* The commands and their options, in words.
 * SPDX-License-Identifier: Apache-2.0 */
#include "usage.h"

#define CHOICES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define HEADING(text) {.help = text}
#define END {0}

/* How it is computed, for all commands that compute, and on what. */
#define COMPUTING(devices)                                                                         \
    {"model", OPTION_MODEL, "M", "a model's name (see rekindle-cli models) or file",               \
     .proposals = PROPOSE_MODELS},                                                                 \
    {"device", OPTION_DEVICE, devices,                                                             \
     "a device's name (see rekindle-cli devices; default: the best)",                              \
     .proposals = PROPOSE_DEVICES},                                                                \
    {"dtype", OPTION_DTYPE, "TYPE", "compute in f32 or bf16 (default: what suits the device)",     \
     .choices = CHOICES("f32", "bf16")},                                                           \
    {"threads", OPTION_THREADS, "N", "use N processor threads (default: all)"}

static const Option restore_options[] = {
    HEADING("What to restore"),
    {"join", OPTION_JOIN, NULL,
     "IN is several files of one recording, named one after the other:\n"
     "chapters of a camera, titles of a DVD; of one name alone those that\n"
     "lie beside it"},
    {"start", OPTION_START, "T", "begin at T: seconds (12.5) or [H:]MM:SS[.fff]"},
    {"end", OPTION_END_TIME, "T", "stop before T"},
    {"range", OPTION_RANGE, "T-T",
     "instead: from T to T; given several times, in order, OUT is all of\n"
     "these one behind the other. Without a T it is the film's begin or end"},
    {"each", OPTION_EACH, NULL, "make a film of each range: OUT-1, OUT-2 ..."},
    {"stream", OPTION_STREAM, "N",
     "of several moving pictures in IN the one that info calls track N\n"
     "(default: the main one)"},
    {"deinterlace", OPTION_DEINTERLACE, "HOW",
     "auto (default): where frames hold two moments, and film shown at\n"
     "video's rate gets its own again; off; on: every frame; tff or bff:\n"
     "every frame, the top or bottom field being the first",
     .choices = CHOICES("auto", "off", "on", "tff", "bff")}, /* in OasisDeinterlace's order */
    {"double-rate", OPTION_DOUBLE_RATE, NULL,
     "deinterlacing makes a frame of each field: motion as smooth as on tape\n"
     "(default for tapes, DVDs and camcorders)"},
    {"single-rate", OPTION_SINGLE_RATE, NULL, "or of two fields one (default for others)"},
    {"crop", OPTION_CROP, "C",
     "leave out L:T:R:B pixels at the left, top, right and bottom; auto:\n"
     "black borders, and the torn lines at the bottom of tapes (default for\n"
     "tapes and cine film); none"},
    {"rotate", OPTION_ROTATE, "N", "turn by N degrees clockwise, beside what IN says of itself",
     .choices = CHOICES("0", "90", "180", "270")},
    {"flip", OPTION_FLIP, "HOW", "then mirror it",
     .choices = CHOICES("none", "horizontal", "vertical")}, /* in OasisFlip's order */
    {"tonemap", OPTION_TONEMAP, NULL,
     "make HDR (PQ, HLG) SDR: light up to 90 cd/m2 stays, what is brighter is\n"
     "bent below 203, white, by the curve of BT.2390 (default: HDR stays HDR)"},
    HEADING("How"),
    {"kind", OPTION_KIND, "K",
     "what IN is, by which all that is not asked for is decided (default: as\n"
     "found; see rekindle-cli info)",
     .choices = CHOICES("tape", "dvd", "camcorder", "phone", "web", "film", "other")},
    {"scale", OPTION_SCALE, "N",
     "enlarge N times, 1 to 4 (default 2; 1 for 720 lines or more)"},
    {"height", OPTION_HEIGHT, "N", "or to N lines; the width follows"},
    {"square", OPTION_SQUARE, NULL, "make pixels square (default: as shown by IN)"},
    {"strength", OPTION_STRENGTH, "S",
     "0 = only enlarged, 1 = fully restored (default: the model's, or of\n"
     "phones, camcorders and cine film 0.8 of that)"},
    {"grain", OPTION_GRAIN, "G",
     "give back a share of IN's own fine noise, measured by its brightness:\n"
     "0 = none, 1 = as strong as in IN (default: 0.5 for cine film, else 0)"},
    COMPUTING("D[,D...]"),
    {"cores", OPTION_CORES, "N", "hold all work, decoding and encoding too, to N processor cores"},
    HEADING("What is written"),
    {"codec", OPTION_CODEC, "C", "how pictures are encoded; see below (default: as OUT asks)",
     .choices = CHOICES("x264", "x265", "svt-av1", "vp9", "prores", "ffv1", "png", "tiff",
                        "h264_nvenc",
                        "hevc_nvenc", "av1_nvenc", "h264_qsv", "hevc_qsv", "vp9_qsv", "av1_qsv",
                        "h264_vaapi", "hevc_vaapi", "vp9_vaapi", "av1_vaapi")},
    {"quality", OPTION_QUALITY, "N", "on the codec's own scale, lower is better"},
    {"crf", OPTION_CRF, "N", "the same"},
    {"bitrate", OPTION_BITRATE, "N",
     "instead: bits a second of the picture on the average, as 800k or 2.5M"},
    {"size", OPTION_SIZE, "N", "instead: bytes of the whole file, as 25M or 1.4G"},
    {"encoder-preset", OPTION_PRESET, "P", "one of the codec's: time for size"},
    {"pix-fmt", OPTION_PIX_FMT, "F",
     "source, or FFmpeg's name of a pixel format (default: what\n"
     "players of OUT take: 4:2:0 in mp4, mov and webm)"},
    {"audio", OPTION_AUDIO, "A",
     "copy, aac, opus, flac, pcm or none; one for each track, divided\n"
     "by commas (default: copied where players take it)"},
    {"strict", OPTION_STRICT, NULL, "fail where something of IN would be lost"},
    {"dry-run", OPTION_DRY_RUN, NULL,
     "say what would become of each track, what it takes, and stop"},
    {"json", OPTION_JSON, NULL,
     "with --dry-run: as one JSON object with output, container, kind, frames,\n"
     "width, height, crop (left, top, right, bottom), codec, pixels,\n"
     "quality, bit_rate (0 = by quality), preset, tracks (number,\n"
     "kind, from, language, fate, to), notes (loss, text), bytes,\n"
     "free_bytes, device, seconds and memory_bytes; what is unknown is -1"},
    {"force", OPTION_FORCE, NULL, "replace OUT if it exists"},
    {"output-dir", OPTION_OUTPUT_DIR, "DIR",
     "restore all films and folders of films that are named, into DIR;\n"
     "what is there already is passed over, and failures end nothing"},
    {"name-template", OPTION_NAME_TEMPLATE, "T",
     "how they are called there (default: {name}-restored.mkv)"},
    HEADING("Work that was stopped"),
    {"start-over", OPTION_START_OVER, NULL, "drop unfinished work on OUT instead of going on"},
    {"any-device", OPTION_ANY_DEVICE, NULL,
     "go on with what another kind of device or another version of the\n"
     "program has begun; pictures may differ by what rounding does"},
    {"piece-seconds", OPTION_PIECE_SECONDS, "S",
     "keep S seconds of film at a time (default: 30 s of work, at\n"
     "most 10 s of film)"},
    {"quiet", OPTION_QUIET, NULL, "print neither progress nor summary"},
    END,
};

const Usage usage_restore = {
    .name = "restore",
    .summary = "restore a video",
    .arguments = "[OPTION...] IN OUT",
    .files = 2,
    .about =
        "Restores the video IN into a new file OUT, larger and with its damage repaired. OUT's\n"
        "name decides the container: .mp4, .mov, .mkv or .webm, or .y4m for raw frames. All other\n"
        "tracks, chapters and tags come along; what is converted or lost is said before the work\n"
        "begins. With an OUT like frames/%05d.png (or .tiff) a new folder gets a picture for each\n"
        "frame. IN is never changed.\n",
    .options = restore_options,
    .ending =
        "Ctrl+C stops, and the same command goes on where it was stopped, as it does after a\n"
        "crash: what is done is kept in the folder .OUT.part beside OUT. The exit code is 0 when\n"
        "OUT is there, 2 for a wrong option, 3 for a fault of IN, 4 of the model, 5 of OUT, 6 of\n"
        "the device or for lack of memory, 130 when stopped, and 1 for a fault of the program.\n",
};

const Usage usage_status = {
    .name = "status",
    .summary = "tell of work that was stopped",
    .arguments = "[--json] OUT",
    .files = 1,
    .about =
        "Says how much of OUT is done, whether a program is at work on it, and by which command\n"
        "it was begun: the same command goes on.\n",
    .options = (const Option[]){
        {"json", OPTION_JSON, NULL,
         "as one JSON object: frames, frames_done, pieces, pieces_done, bytes,\n"
         "running"},
        END,
    },
};

const Usage usage_plan = {
    .name = "plan",
    .summary = "divide a video among machines",
    .arguments = "[OPTION...] IN OUT",
    .files = 2,
    .about =
        "Prepares what restore would do, and prints how many pieces it has. Each piece is then\n"
        "made by rekindle-cli piece OUT K, on any machine that sees the folder, and rekindle-cli\n"
        "join OUT makes OUT of them. The options are those of restore.\n",
    .options = restore_options,
};

const Usage usage_piece = {
    .name = "piece",
    .summary = "make one piece of a plan",
    .arguments = "[OPTION...] OUT K",
    .files = 2,
    .about =
        "Makes piece K of a plan, from 0 on, unless it is there. Any number of programs may do so\n"
        "at once. On one kind of device a piece has the same bytes wherever it is made.\n",
    .options = (const Option[]){
        {"device", OPTION_DEVICE, "D",
         "a device's name (see rekindle-cli devices; default: the plan's)",
         .proposals = PROPOSE_DEVICES},
        {"threads", OPTION_THREADS, "N", "use N processor threads (default: the plan's)"},
        {"any-device", OPTION_ANY_DEVICE, NULL, "on another kind of device than the plan's"},
        {"quiet", OPTION_QUIET, NULL, "print no progress"},
        END,
    },
};

const Usage usage_join = {
    .name = "join",
    .summary = "join the pieces of a plan",
    .arguments = "[OPTION...] OUT",
    .files = 1,
    .about =
        "Makes OUT of the pieces of a plan, all of which must be there, and removes them.\n",
    .options = (const Option[]){
        {"force", OPTION_FORCE, NULL, "replace OUT if it exists"},
        {"quiet", OPTION_QUIET, NULL, "print no progress"},
        END,
    },
};

const Usage usage_info = {
    .name = "info",
    .summary = "show what is known about a video",
    .arguments = "[--json] [--analyse] [--join] IN",
    .files = 1,
    .about =
        "Shows the container, codecs, size, frame format and number of frames of the video IN,\n"
        "and every track and tag that it has. The first time, it reads the whole file to number\n"
        "its frames.\n",
    .options = (const Option[]){
        {"join", OPTION_JOIN, NULL, "IN is several files of one recording, as restore takes them"},
        {"analyse", OPTION_ANALYSE, NULL,
         "read all of the film for its cadence, scenes, borders and noise, as\n"
         "restore does once; else what is kept of that, or a look at 120 frames"},
        {"json", OPTION_JSON, NULL,
         "as one JSON object: file, bytes, frames, frame_rate, width, height, depth,\n"
         "chroma, matrix, range; and of all but raw files container, duration,\n"
         "video_codec, mirrored, rotation, interlaced, deinterlaced, variable_rate,\n"
         "untagged (the file does not tell its colour), alpha, dolby_vision (profile, 0\n"
         "for none), longest_frame, clock_jumps, parts, further (files that seem to go\n"
         "on with it), chapters, tracks (number, kind, codec,\n"
         "language, title, main, default, forced, commentary, late_byte (where it\n"
         "begins, if too late in the file to be found, else 0), start, end, bytes; of\n"
         "sound rate, channels, lossless, changes, pauses; of pictures width, height)\n"
         "and tags; analysis (whole, first, frames, cadences, cuts, left, top, right,\n"
         "bottom, head_lines, noise by brightness and scale, blocking, flicker,\n"
         "concealed), whose frames are numbered as they are coded. Times are seconds\n"
         "from the first frame on. Bytes of names that are no UTF-8 become U+DC80 to\n"
         "U+DCFF"},
        END,
    },
};

const Usage usage_models = {
    .name = "models",
    .summary = "list the installed models",
    .arguments = "",
    .about =
        "Lists the models that restore --model takes by name, and where they lie. They are looked\n"
        "for in the folders of $OASIS_MODEL_PATH and in rekindle/models of $XDG_DATA_HOME and\n"
        "$XDG_DATA_DIRS.\n",
    .options = (const Option[]){END},
};

const Usage usage_devices = {
    .name = "devices",
    .summary = "list the devices that can compute here",
    .arguments = "[--measure]",
    .about =
        "Lists the devices that restore --device takes, best first, each with what it computes in\n"
        "by default, or why it cannot be used here.\n",
    .options = (const Option[]){
        {"measure", OPTION_MEASURE, NULL,
         "find out now, in 2 s, what a device computes in fastest; else the first\n"
         "restore does it, once for this processor"},
        END,
    },
};

const Usage usage_bench = {
    .name = "bench",
    .summary = "measure a device",
    .arguments = "[OPTION...]",
    .about =
        "Restores noise and prints how fast that was, and the time, work and share of each\n"
        "operation, beside the best that the device does: large products and large copies. The\n"
        "floor is the share of its time that an operation needs at those rates.\n",
    .options = (const Option[]){
        {"size", OPTION_SIZE, "WxH",
         "of the frames, which are enlarged twice; may be given several times\n"
         "(default: 320x240, 640x480 and 960x540)"},
        {"chunks", OPTION_CHUNKS, "N", "chunks to measure after a first one (default 1)"},
        COMPUTING("D"),
        END,
    },
};

const Usage *const usages[] = {
    &usage_restore, &usage_status, &usage_plan,    &usage_piece, &usage_join,
    &usage_info,    &usage_models, &usage_devices, &usage_bench, NULL,
};
