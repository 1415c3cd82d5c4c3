// libedit's calls that take variable arguments, one typed function per use: Swift cannot call
// variadic C functions.
#ifndef LINGER_CEDITLINE_SHIM_H
#define LINGER_CEDITLINE_SHIM_H

#include <histedit.h>
#include <stdio.h>

// In <wchar.h>, but only shown where _XOPEN_SOURCE is defined.
int wcwidth(wchar_t character);

// How many cells a character takes; -1 if it cannot be printed.
static inline int ce_width(int character) {
    return wcwidth(character);
}

// A key function: it reads and changes the line, and returns one of CC_….
typedef unsigned char (*ce_key_function)(EditLine *, int);
// Gives a prompt; libedit reads it before the next call.
typedef char *(*ce_prompt_function)(EditLine *);

static inline int ce_set_client_data(EditLine *el, void *data) {
    return el_set(el, EL_CLIENTDATA, data);
}

static inline void *ce_client_data(EditLine *el) {
    void *data = NULL;
    return el_get(el, EL_CLIENTDATA, &data) == 0 ? data : NULL;
}

static inline int ce_set_editor(EditLine *el, const char *mode) {
    return el_set(el, EL_EDITOR, mode);
}

// Whether the keys are vi's.
static inline int ce_uses_vi_keys(EditLine *el) {
    const char *mode = NULL;
    return el_get(el, EL_EDITOR, &mode) == 0 && mode != NULL && mode[0] == 'v';
}

// Off: libedit's own handlers send the signal on to the whole process group.
static inline int ce_set_handles_signals(EditLine *el, int handles) {
    return el_set(el, EL_SIGNAL, handles);
}

// The prompts; what stands between two \1 has no width.
static inline int ce_set_prompt(EditLine *el, ce_prompt_function function) {
    return el_set(el, EL_PROMPT_ESC, function, '\1');
}

static inline int ce_set_right_prompt(EditLine *el, ce_prompt_function function) {
    return el_set(el, EL_RPROMPT_ESC, function, '\1');
}

// The function that gives the next character: 1 one character, 0 end of input, -1 error.
static inline int ce_set_reader(EditLine *el, el_rfunc_t function) {
    return el_set(el, EL_GETCFN, function);
}

// Makes a key function known by name. libedit copies both texts (and never frees the copies).
static inline int ce_add_function(
    EditLine *el, const char *name, const char *help, ce_key_function function
) {
    return el_set(el, EL_ADDFN, name, help, function);
}

static inline int ce_bind(EditLine *el, const char *key, const char *function) {
    return el_set(el, EL_BIND, key, function, NULL);
}

// Binds in the alternative key map: vi's command mode.
static inline int ce_bind_alternative(EditLine *el, const char *key, const char *function) {
    return el_set(el, EL_BIND, "-a", key, function, NULL);
}

// Switches the terminal between editing (1) and the state it had before (0).
static inline int ce_prepare_terminal(EditLine *el, int editing) {
    return el_set(el, EL_PREP_TERM, editing);
}

// Whether lines are edited; they are not where $TERM is "emacs".
static inline int ce_edits(EditLine *el) {
    int edits = 0;
    return el_get(el, EL_EDITMODE, &edits) == 0 && edits != 0;
}

// Forgets what is on the screen, and draws prompt and line from the cursor's present row on.
static inline int ce_refresh(EditLine *el) {
    return el_set(el, EL_REFRESH);
}

// A number that the terminal has: "co" columns, "li" lines; 0 if unknown.
static inline int ce_terminal_number(EditLine *el, const char *name) {
    int value = 0;
    return el_get(el, EL_GETTC, name, &value) == 0 ? value : 0;
}

// Whether the terminal has a capability that is a text, such as "ce" (clear to end of line).
static inline int ce_terminal_has(EditLine *el, const char *name) {
    char *value = NULL;
    return el_get(el, EL_GETTC, name, &value) == 0 && value != NULL && value[0] != '\0';
}

static inline int ce_set_history(EditLine *el, History *history_list) {
    return el_set(el, EL_HIST, history, history_list);
}

static inline int ce_history_set_size(History *history_list, int size) {
    HistEvent event;
    return history(history_list, &event, H_SETSIZE, size);
}

static inline int ce_history_enter(History *history_list, const char *line) {
    HistEvent event;
    return history(history_list, &event, H_ENTER, line);
}

#endif
