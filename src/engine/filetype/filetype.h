/*
 * filetype.h: what a file really is, found in its bytes and not in its name (security.md F1, F3, F5).
 *
 * A type is accepted when its structure holds from the first byte to the last: a picture whose headers make sense, a PDF
 * that begins and ends as one and holds no second file format, an office file whose ZIP is clean and has the right parts,
 * text that is UTF-8 and no markup. What could be read as two things is none of them.
 *
 * Cost: a few reads for most, the whole file for text and for PDF, unpacking for ZIP kinds. On the server ZIP kinds are
 * looked at in the parser child.
 *
 * Not for: viruses (the hook of F6) and not for taking metadata out of pictures.
 */
#ifndef ENGINE_FILETYPE_FILETYPE_H
#define ENGINE_FILETYPE_FILETYPE_H

#include "engine/sheet/unzip.h"

enum filetype {
    FILE_UNKNOWN,
    FILE_JPG,
    FILE_PNG,
    FILE_GIF,
    FILE_PDF,
    FILE_DOC, /* OLE2, the old office formats */
    FILE_XLS,
    FILE_PPT,
    FILE_DOCX,
    FILE_XLSX,
    FILE_PPTX,
    FILE_TXT,
    FILE_CSV, /* text to the bytes; the name decides between the two */
    FILE_ZIP,
    FILE_TYPE_COUNT,
};

#define FILE_BIT(t) (1u << (t))

struct filetype_row {
    enum filetype type;
    const char *extensions; /* separated by a space, the first is ours */
    const char *media;      /* what it is served as */
    const char *accepted;   /* media types that browsers declare for it, separated by a space */
};
const struct filetype_row *filetype_row(enum filetype type);

/* What a form takes. Sets of FILE_BIT. */
enum file_purpose {
    PURPOSE_DOCUMENT, /* attachments of applications, evidence, findings */
    PURPOSE_PHOTO,    /* inspections, complaints */
    PURPOSE_IMPORT,   /* tables: CSV, XLSX */
    PURPOSE_SIGNED,   /* PDF only */
    PURPOSE_REPORT,   /* whistleblowing: anything we know */
    PURPOSE_COUNT,
};
uint32_t file_purpose_types(enum file_purpose purpose);

#define FILE_MEGAPIXELS_MAX 50

enum file_fault {
    FILE_GOOD,
    FILE_EMPTY,
    FILE_TYPE,     /* content of no known type, or of one this purpose does not take */
    FILE_NAME,     /* extension is not that of the content */
    FILE_DECLARED, /* declared media type is not that of the content */
    FILE_DOUBLE,   /* can be read as two types */
    FILE_BROKEN,   /* begins like its type but its structure does not hold */
    FILE_PIXELS,   /* larger than FILE_MEGAPIXELS_MAX */
    FILE_MACROS,   /* office file with macros */
    FILE_ARCHIVE,  /* see zip_fault */
    FILE_FAULT_COUNT,
};

/* Key into lang/: "file.name". */
const char *file_fault_key(enum file_fault fault) __attribute__((returns_nonnull));

struct file_finding {
    enum filetype type; /* of the content, as far as it was recognised */
    enum file_fault fault;
    enum unzip_fault zip_fault; /* when fault is FILE_ARCHIVE */
    int64_t size;
    int32_t width, height; /* of pictures; 0 else */
};

/*
 * Looks at the content alone. 0 and ret->type with FILE_GOOD; E_FORMAT or E_LIMIT with the fault; E_STORAGE when it
 * cannot be read. The descriptor's position is not used.
 */
MUST_USE int file_look(int fd, struct file_finding *ret);

/*
 * The gate of an upload: looks, and holds name and declared type (NULL: none was declared) and purpose against it.
 * CSV and TXT are told apart by the extension here.
 */
MUST_USE int file_accept(int fd, const char *filename, const char *declared, enum file_purpose purpose,
                         struct file_finding *ret);

#endif
