//! What each page may load, and who may frame it: its content security policy.

use super::Places;

/// `GraphiQL`'s editor runs its language services in workers made from blobs.
pub(super) const GRAPHIQL: &str = "default-src 'none'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// What the edge hands out are scripts; a page of its own has no scripts at all.
pub(super) const EDGE: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Pages of the staff: everything from here but the mirror, and nothing may frame them.
pub(super) fn desk(Places { mirror, .. }: &Places) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
         font-src 'self' data:; connect-src 'self'; manifest-src 'self'; frame-src {mirror}; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

/// The mirror: looks of the company's pages, programs of our own alone, and no way out.
pub(super) fn mirror(Places { desk, company, together, .. }: &Places) -> String {
    let (company, together) = (company.join(" "), together.join(" "));
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline' {company}; img-src {company} data: blob:; \
         font-src {company} data:; frame-src 'self' {company} {together}; connect-src 'none'; base-uri 'none'; \
         form-action 'none'; frame-ancestors {desk}"
    )
}

/// A shared widget's page: the company's program, in a frame without an origin. Every page around it is an ancestor.
pub(super) fn shared_widget(Places { desk, company, .. }: &Places) -> String {
    let company = company.join(" ");
    format!(
        "sandbox allow-scripts; default-src 'none'; script-src 'self' {company}; style-src 'self' 'unsafe-inline' {company}; \
         img-src {company} data: blob:; font-src {company} data:; connect-src 'none'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self' {desk}"
    )
}

/// The demo company's pages: they may be shown together, on its own pages and in the mirror.
pub(super) fn demo(Places { edge, desk, mirror, together, .. }: &Places) -> String {
    let together = together.join(" ");
    let socket = edge.replacen("http", "ws", 1);
    format!(
        "default-src 'none'; script-src 'self' {edge}; style-src 'self' 'unsafe-inline'; img-src 'self' data: {edge}; \
         font-src 'self' data: {edge}; connect-src 'self' {edge} {socket}; frame-src 'self' {edge} {together}; base-uri 'none'; \
         form-action 'self' {edge}; frame-ancestors 'self' {mirror} {desk}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        Places {
            edge: "https://edge.example".to_owned(),
            desk: "https://desk.example".to_owned(),
            mirror: "https://mirror.example".to_owned(),
            company: vec!["https://www.example.com".to_owned()],
            together: vec!["https://partner.example".to_owned()],
        }
    }

    fn directive<'p>(policy: &'p str, name: &str) -> Vec<&'p str> {
        let all = policy.split(';').map(|one| one.split_whitespace().collect::<Vec<_>>());
        all.into_iter().find(|one| one[0] == name).map(|one| one[1..].to_vec()).unwrap()
    }

    #[test]
    fn the_mirror_runs_nothing_of_the_company_and_leads_nowhere() {
        let policy = mirror(&places());
        assert_eq!(directive(&policy, "script-src"), ["'self'"]);
        assert_eq!(directive(&policy, "connect-src"), ["'none'"]);
        assert_eq!(directive(&policy, "form-action"), ["'none'"]);
        assert_eq!(directive(&policy, "frame-ancestors"), ["https://desk.example"]);
        assert_eq!(directive(&policy, "img-src"), ["https://www.example.com", "data:", "blob:"]);
        let frames = ["'self'", "https://www.example.com", "https://partner.example"];
        assert_eq!(directive(&policy, "frame-src"), frames);
    }

    #[test]
    fn a_shared_widget_has_no_origin() {
        let policy = shared_widget(&places());
        assert_eq!(directive(&policy, "sandbox"), ["allow-scripts"]);
        assert_eq!(directive(&policy, "script-src"), ["'self'", "https://www.example.com"]);
        assert_eq!(directive(&policy, "frame-ancestors"), ["'self'", "https://desk.example"]);
    }
}
