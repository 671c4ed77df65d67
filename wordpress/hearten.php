<?php
/**
 * Plugin Name:       Hearten
 * Description:       Live chat and web forms of your own Hearten desk. People who are signed in here are known there.
 * Version:           0.1.0
 * Requires at least: 5.8
 * Requires PHP:      7.4
 * Author:            The Hearten maintainers
 * License:           MIT
 * License URI:       https://opensource.org/license/mit
 * Text Domain:       hearten
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

const HEARTEN_NOTHING = array(
	'desk'  => '',
	'chat'  => '',
	'form'  => '',
	'email' => false,
);
/** How long a token is good: it is used when the page is opened, and the visit goes on without it. */
const HEARTEN_TOKEN_SECONDS = 3600;

function hearten_settings(): array {
	$kept = get_option( 'hearten', array() );
	return array_merge( HEARTEN_NOTHING, is_array( $kept ) ? array_intersect_key( $kept, HEARTEN_NOTHING ) : array() );
}

// The page.

function hearten_base64url( string $bytes ): string {
	return rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' );
}

/**
 * Says to the desk who is signed in here. The address goes along only where the site says that it checks addresses: a shop that lets
 * anybody sign up under any address would otherwise vouch for strangers.
 */
function hearten_token( WP_User $user, string $secret, bool $with_email, int $now ): string {
	$claims = array(
		'user_id' => (string) $user->ID,
		'name'    => $user->display_name,
		'iat'     => $now,
		'exp'     => $now + HEARTEN_TOKEN_SECONDS,
	);
	if ( $with_email && is_email( $user->user_email ) ) {
		$claims['email'] = $user->user_email;
	}
	$header = array(
		'alg' => 'HS256',
		'typ' => 'JWT',
	);
	$words  = hearten_base64url( wp_json_encode( $header ) ) . '.' . hearten_base64url( wp_json_encode( $claims ) );
	return $words . '.' . hearten_base64url( hash_hmac( 'sha256', $words, $secret, true ) );
}

/** The token of whoever looks at this page; null for visitors, and where no secret is kept. */
function hearten_token_here(): ?string {
	$secret = get_option( 'hearten_secret', '' );
	if ( ! is_user_logged_in() || ! is_string( $secret ) || '' === $secret ) {
		return null;
	}
	return hearten_token( wp_get_current_user(), $secret, (bool) hearten_settings()['email'], time() );
}

/** A page that says who somebody is belongs to nobody else: it stays out of every cache. */
function hearten_keep_private(): void {
	if ( '' === hearten_settings()['chat'] || null === hearten_token_here() ) {
		return;
	}
	if ( ! defined( 'DONOTCACHEPAGE' ) ) {
		define( 'DONOTCACHEPAGE', true );
	}
	nocache_headers();
}
add_action( 'template_redirect', 'hearten_keep_private' );

function hearten_print_chat(): void {
	$settings = hearten_settings();
	if ( '' === $settings['desk'] || '' === $settings['chat'] || ! apply_filters( 'hearten_show_chat', true ) ) {
		return;
	}
	$token = hearten_token_here();
	if ( null !== $token ) {
		$said = wp_json_encode( array( 'user_jwt' => $token ), JSON_HEX_TAG | JSON_HEX_AMP );
		wp_print_inline_script_tag( 'window.heartenSettings = ' . $said . ';' );
	}
	wp_print_script_tag(
		array(
			'src'         => $settings['desk'] . '/chat/' . $settings['chat'] . '.js',
			'async'       => true,
			'data-app-id' => $settings['chat'],
		)
	);
}
add_action( 'wp_footer', 'hearten_print_chat' );

/** [hearten_form], or [hearten_form id="…" theme="dark" title="Write to us"] for another form than that of the settings. */
function hearten_form_shortcode( $given ): string {
	$settings = hearten_settings();
	$asked    = shortcode_atts(
		array(
			'id'    => $settings['form'],
			'theme' => '',
			'title' => '',
			'lang'  => '',
		),
		$given,
		'hearten_form'
	);
	$form = hearten_id( $asked['id'] );
	if ( '' === $settings['desk'] || '' === $form ) {
		return current_user_can( 'edit_posts' )
			? '<p>' . esc_html__( 'The form is shown here once the address of your desk and its id are set (Settings, Hearten).', 'hearten' ) . '</p>'
			: '';
	}
	$tag = array(
		'src'       => $settings['desk'] . '/form.js',
		'async'     => true,
		'data-form' => $form,
	);
	foreach ( array( 'theme', 'title', 'lang' ) as $name ) {
		if ( '' !== $asked[ $name ] ) {
			$tag[ 'data-' . $name ] = $asked[ $name ];
		}
	}
	return wp_get_script_tag( $tag );
}
add_shortcode( 'hearten_form', 'hearten_form_shortcode' );

// The settings.

/** An id as the desk shows it, also out of a line or an address that was pasted whole; empty when there is none. */
function hearten_id( $given ): string {
	$found = preg_match( '/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i', is_string( $given ) ? $given : '', $match );
	return 1 === $found ? strtolower( $match[0] ) : '';
}

/** Scheme, host and port of the desk; empty when it is no address that a page may load a script from. */
function hearten_desk( $given ): string {
	$parts = is_string( $given ) ? wp_parse_url( trim( $given ) ) : false;
	if ( ! is_array( $parts ) || ! isset( $parts['scheme'], $parts['host'] ) || isset( $parts['user'] ) ) {
		return '';
	}
	$scheme = strtolower( $parts['scheme'] );
	$host   = strtolower( $parts['host'] );
	$near   = in_array( $host, array( 'localhost', '127.0.0.1', '[::1]' ), true );
	if ( 'https' !== $scheme && ! ( 'http' === $scheme && $near ) ) {
		return '';
	}
	if ( 1 !== preg_match( '/^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])$/', $host ) ) {
		return '';
	}
	return $scheme . '://' . $host . ( isset( $parts['port'] ) ? ':' . (int) $parts['port'] : '' );
}

/** What cannot be right is not kept: what was there before stays, and the page says so. */
function hearten_sanitize( $given ): array {
	$kept  = hearten_settings();
	$given = is_array( $given ) ? $given : array();
	$read  = array(
		'desk' => 'hearten_desk',
		'chat' => 'hearten_id',
		'form' => 'hearten_id',
	);
	$wrong = array(
		'desk' => __( 'The address of the desk must begin with https://. The former one was kept.', 'hearten' ),
		'chat' => __( 'That is no id of a chat. The former one was kept; copy it from Settings, Inboxes of your desk.', 'hearten' ),
		'form' => __( 'That is no id of a form. The former one was kept; copy it from Settings, Web forms of your desk.', 'hearten' ),
	);
	foreach ( $read as $name => $reader ) {
		if ( ! isset( $given[ $name ] ) || ! is_string( $given[ $name ] ) ) {
			continue;
		}
		$said  = trim( $given[ $name ] );
		$value = $reader( $said );
		if ( '' !== $said && '' === $value ) {
			add_settings_error( 'hearten', 'hearten_' . $name, $wrong[ $name ] );
			continue;
		}
		$kept[ $name ] = $value;
	}
	$kept['email'] = ! empty( $given['email'] );
	return $kept;
}

/** The secret is never shown again: an empty field leaves it as it is. */
function hearten_sanitize_secret( $given ): string {
	$kept = get_option( 'hearten_secret', '' );
	$kept = is_string( $kept ) ? $kept : '';
	if ( is_array( $given ) && ! empty( $given['gone'] ) ) {
		return '';
	}
	$said = is_array( $given ) ? ( $given['new'] ?? '' ) : $given;
	$said = is_string( $said ) ? trim( $said ) : '';
	if ( '' === $said ) {
		return $kept;
	}
	if ( 1 !== preg_match( '/^[\w-]{32,200}$/', $said ) ) {
		add_settings_error( 'hearten', 'hearten_secret', __( 'That is no secret of a chat key. The former one was kept; copy it whole.', 'hearten' ) );
		return $kept;
	}
	return $said;
}

function hearten_register_settings(): void {
	// Read on every page, and so loaded with the others; the secret only where somebody is signed in.
	register_setting(
		'hearten',
		'hearten',
		array(
			'type'              => 'array',
			'sanitize_callback' => 'hearten_sanitize',
			'default'           => HEARTEN_NOTHING,
			'show_in_rest'      => false,
		)
	);
	register_setting(
		'hearten',
		'hearten_secret',
		array(
			'type'              => 'string',
			'sanitize_callback' => 'hearten_sanitize_secret',
			'default'           => '',
			'show_in_rest'      => false,
		)
	);
}
add_action( 'admin_init', 'hearten_register_settings' );

function hearten_activate(): void {
	add_option( 'hearten', HEARTEN_NOTHING );
	add_option( 'hearten_secret', '', '', 'no' );
}
register_activation_hook( __FILE__, 'hearten_activate' );

function hearten_menu(): void {
	add_options_page( 'Hearten', 'Hearten', 'manage_options', 'hearten', 'hearten_page' );
}
add_action( 'admin_menu', 'hearten_menu' );

function hearten_action_links( array $links ): array {
	$to = '<a href="' . esc_url( admin_url( 'options-general.php?page=hearten' ) ) . '">' . esc_html__( 'Settings', 'hearten' ) . '</a>';
	array_unshift( $links, $to );
	return $links;
}
add_filter( 'plugin_action_links_' . plugin_basename( __FILE__ ), 'hearten_action_links' );

function hearten_field( string $name, string $label, string $value, string $help, string $type = 'text' ): void {
	$id = 'hearten-' . preg_replace( '/\W+/', '-', trim( $name, ']' ) );
	printf(
		'<tr><th scope="row"><label for="%1$s">%2$s</label></th><td><input class="regular-text" id="%1$s" name="%3$s" type="%4$s" value="%5$s" autocomplete="off" aria-describedby="%1$s-help"><p class="description" id="%1$s-help">%6$s</p></td></tr>',
		esc_attr( $id ),
		esc_html( $label ),
		esc_attr( $name ),
		esc_attr( $type ),
		esc_attr( $value ),
		esc_html( $help )
	);
}

function hearten_box( string $name, string $title, string $label, bool $on ): void {
	printf(
		'<tr><th scope="row">%1$s</th><td><label><input name="%2$s" type="checkbox" value="1"%3$s> %4$s</label></td></tr>',
		esc_html( $title ),
		esc_attr( $name ),
		checked( $on, true, false ),
		esc_html( $label )
	);
}

function hearten_page(): void {
	if ( ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$settings = hearten_settings();
	$secret   = '' !== get_option( 'hearten_secret', '' );
	echo '<div class="wrap"><h1>Hearten</h1><form method="post" action="options.php">';
	settings_fields( 'hearten' );
	echo '<table class="form-table" role="presentation">';
	hearten_field( 'hearten[desk]', __( 'Address of your desk', 'hearten' ), $settings['desk'], __( 'Such as https://desk.example.com', 'hearten' ) );
	hearten_field( 'hearten[chat]', __( 'Chat', 'hearten' ), $settings['chat'], __( 'Its id, or the whole line from Settings, Inboxes of your desk. Empty: no chat is shown.', 'hearten' ) );
	hearten_field( 'hearten[form]', __( 'Web form', 'hearten' ), $settings['form'], __( 'Its id, or its address. It stands wherever a page says [hearten_form].', 'hearten' ) );
	hearten_field(
		'hearten_secret[new]',
		__( 'Secret of a chat key', 'hearten' ),
		'',
		$secret
			? __( 'One is kept, and people who are signed in here are known in the chat. Empty: it stays.', 'hearten' )
			: __( 'With one (HS256, from the page of the chat), people who are signed in here are known in the chat.', 'hearten' ),
		'password'
	);
	if ( $secret ) {
		hearten_box( 'hearten_secret[gone]', '', __( 'Take the secret away: everybody is a visitor', 'hearten' ), false );
	}
	hearten_box( 'hearten[email]', __( 'Addresses', 'hearten' ), __( 'This site checks the e-mail addresses of its people, so the desk may trust them', 'hearten' ), (bool) $settings['email'] );
	echo '</table>';
	submit_button();
	echo '</form></div>';
}

// The end.

/** Nothing is left, on no site of a network. */
function hearten_uninstall(): void {
	$sites = is_multisite() ? get_sites(
		array(
			'fields' => 'ids',
			'number' => 0,
		)
	) : array( 0 );
	foreach ( $sites as $site ) {
		if ( $site ) {
			switch_to_blog( $site );
		}
		delete_option( 'hearten' );
		delete_option( 'hearten_secret' );
		if ( $site ) {
			restore_current_blog();
		}
	}
}
register_uninstall_hook( __FILE__, 'hearten_uninstall' );
